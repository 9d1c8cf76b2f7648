import { describe, expect, test } from 'vitest';
import { mask } from './mask.ts';

const text = (line: string, secrets: readonly string[] = []): string => mask(line, secrets).text;

describe('mask', () => {
  test.each([
    'pg_restore: error: could not execute query: ERROR:  relation "orders" already exists',
    'pg_dump: warning: there are circular foreign-key constraints on this table:',
    'DETAIL:  Key columns "a" and "b" are of incompatible types: integer and text.',
    'CONTEXT:  SQL function "f" statement 1',
    'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
    'ERROR:  null value in column "id" of relation "t" violates not-null constraint',
    'pg_dump: error: permission denied for table secret_orders',
    'psql:/b.sql:9: error: invalid command \\restrict',
    'FATAL:  password authentication failed for user "ann"',
    'ERROR:  cannot cast type token to text',
    `Command was: SELECT pg_catalog.set_config('search_path', '', false);`,
    'ERROR:  compass = 1',
    'ERROR:  column "private_key" of relation "keys" does not exist',
  ])('leaves a line without values as it is: %s', (line) => {
    expect(mask(line, ['s3cret'])).toEqual({ text: line, quotedValue: false });
  });

  test.each([
    ['DETAIL:  Key (email)=(ann@example.org) already exists.', 'DETAIL:  Key (email)=(…)'],
    ['DETAIL:  Failing row contains (1, ann@example.org, null).', 'DETAIL:  Failing row contains (…)'],
    ['DETAIL:  Fehlgeschlagene Zeile enthält (1, ann).', 'DETAIL:  Fehlgeschlagene Zeile enthält (…)'],
    ['CONTEXT:  COPY people, line 3, column age: "ann"', 'CONTEXT:  COPY people, line 3, column age: "…"'],
    ['CONTEXT:  COPY people, line 3: "7 ann', 'CONTEXT:  COPY people, line 3: "…"'],
    [
      'pg_restore: error: COPY failed for table "people": ERROR:  invalid input syntax for type integer: "ann"',
      'pg_restore: error: COPY failed for table "people": ERROR:  invalid input syntax for type integer: "…"',
    ],
    [
      'ERROR:  value "99999999999" is out of range for type integer',
      'ERROR:  value "…" is out of range for type integer',
    ],
    [`Command was: INSERT INTO public.people VALUES (1, 'ann');`, 'Command was: INSERT INTO public.people VALUES …'],
    [`LINE 1: ...VALUES (1, 'ann')`, 'LINE 1: …'],
    ['LINE 1: ann 7', 'LINE 1: …'],
    [
      'psql:/b.sql:9: ERROR:  42601: syntax error at or near "ann"',
      'psql:/b.sql:9: ERROR:  42601: syntax error at or near "…"',
    ],
    [
      'psql:/b.sql:9: ERROR:  42703: column "ann" does not exist',
      'psql:/b.sql:9: ERROR:  42703: column "…" does not exist',
    ],
    ['psql:/b.sql:9: error: invalid command \\ann', 'psql:/b.sql:9: error: invalid command \\…'],
  ])('takes column values out: %s', (line, masked) => {
    expect(mask(line, [])).toEqual({ text: masked, quotedValue: true });
  });

  test.each([
    [`CREATE USER MAPPING FOR x SERVER y OPTIONS (user 'x', password 'hunter2');`, 'hunter2'],
    [`CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2 user=x' PUBLICATION p;`, 'hunter2'],
    ['could not connect to postgresql://ann:hunter2@h/d', 'hunter2'],
    [`CREATE SUBSCRIPTION s CONNECTION 'host=h password=''hunter2'' user=x' PUBLICATION p;`, 'hunter2'],
    [`CREATE USER MAPPING FOR x SERVER y OPTIONS (private_key 'hunter2');`, 'hunter2'],
    [`CREATE SERVER y FOREIGN DATA WRAPPER s3 OPTIONS (aws_access_key 'hunter2', region 'x');`, 'hunter2'],
    [`CREATE USER MAPPING FOR x SERVER y OPTIONS (passphrase E'a\\hunter2');`, 'hunter2'],
    [`CREATE USER MAPPING FOR x SERVER y OPTIONS (password 'a''hunter2');`, 'hunter2'],
    [`ALTER DATABASE d SET "app.jwt_secret" TO 'hunter2';`, 'hunter2'],
    [`ALTER ROLE r SET app.jwt_secret TO 'hunter2';`, 'hunter2'],
    [`ALTER ROLE r SET app.jwt_secret = 'hunter2';`, 'hunter2'],
    [`EXECUTE FUNCTION hook('https://h', '{"Authorization":"Bearer hunter2"}')`, 'hunter2'],
    [`EXECUTE FUNCTION hook('https://h', 'Authorization: Basic hunter2')`, 'hunter2'],
    [`EXECUTE FUNCTION hook('https://h', '{"X-Api-Key": "hunter2"}')`, 'hunter2'],
    [`SELECT pg_catalog.set_config('app.key', 'hunter2', false);`, 'hunter2'],
    [`SELECT dblink('SELECT set_config(''app.key'', ''hunter2'', false)');`, 'hunter2'],
    [`OPTIONS (pass 'hunter2')`, 'hunter2'],
    [`CREATE TABLE t (api_key text DEFAULT 'hunter2'::text)`, 'hunter2'],
    [`ALTER TABLE t ALTER COLUMN api_key SET DEFAULT 'hunter2';`, 'hunter2'],
    ['smtp_pass=hunter2', 'hunter2'],
    // As long as the token that a cloud gives for a password.
    [`could not connect to postgresql://ann:${'x'.repeat(1500)}hunter2@h/d`, 'hunter2'],
    [`hook('{"Authorization": "Basic hunter2"}')`, 'hunter2'],
    ['could not connect: host=h pwd=hunter2', 'hunter2'],
    ['the word is open sesame', 'open sesame'],
  ])('takes secrets out: %s', (line, secret) => {
    expect(text(line, ['open sesame'])).not.toContain(secret);
  });

  test('takes out the beginning of a secret of many lines, and tells that it goes on', () => {
    expect(mask(`OPTIONS (user 'x', private_key '-----BEGIN PRIVATE KEY-----`, [])).toEqual({
      text: `OPTIONS (user 'x', private_key …`,
      quotedValue: true,
    });
    expect(mask(`OPTIONS (private_key 'hunter2', user 'x')`, []).quotedValue).toBe(false);
    expect(mask(`set_config('app.key', '-----BEGIN PRIVATE KEY-----`, [])).toEqual({
      text: `set_config('app.key', …`,
      quotedValue: true,
    });
  });

  test('takes terminal control characters out, and bounds the length', () => {
    expect(text('a\u001B[31mred\u001B[0m\u0007\u009Bb\tc\r')).toBe('aredb c');
    expect(text('x'.repeat(100_000)).length).toBe(2001);
  });
});
