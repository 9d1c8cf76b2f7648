import { randomBytes } from 'node:crypto';
import { UsageError, type ConnectionSettings } from '@pgdrill/core';
import { afterEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { connectionTo, queryAt, scriptAt } from '../testing/rehearsal.ts';
import { targetContext } from '../testing/target-context.ts';
import { urlTarget } from './url-target.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const database = async (sql?: string, encoding?: string): Promise<ConnectionSettings> => {
  const made = await createTestDatabase({
    ...(sql === undefined ? {} : { sql }),
    ...(encoding === undefined ? {} : { encoding, locale: 'C' }),
  });
  endings.push(() => made.drop());
  return connectionTo(made.name);
};

describe('urlTarget', () => {
  test('takes an empty database, and leaves it there', async () => {
    const [source, empty] = [await database('CREATE TABLE t (i int)'), await database()];
    const context = await targetContext(source);
    const target = await urlTarget(empty).open(context);
    expect(target).toMatchObject({ connection: empty });
    await target.close();
    expect(await queryAt(empty, 'SELECT 1 AS one')).toEqual([{ one: '1' }]);
    expect(context.notes).toEqual([]);
  });

  test('takes a database that has only extensions, with all that belongs to them', async () => {
    const empty = await database('CREATE EXTENSION hstore; CREATE SCHEMA s; CREATE EXTENSION pg_trgm SCHEMA s');
    await scriptAt(empty, 'ALTER EXTENSION hstore ADD SCHEMA s');
    await expect(urlTarget(empty).open(await targetContext(await database()))).resolves.toBeDefined();
  });

  test.each([
    ['the same', {}],
    ['another name for the host', { host: 'some.other.name', hostAddress: '127.0.0.1' }],
    ['another application name and options', { applicationName: 'x', options: '-c statement_timeout=0' }],
  ])('refuses the source, under %s', async (_, spelling) => {
    const source = await database();
    const opening = urlTarget({ ...source, ...spelling }).open(await targetContext(source));
    await expect(opening).rejects.toThrow(UsageError);
    await expect(opening).rejects.toThrow(/is the source itself/);
  });

  test('refuses the source where the role may not read the system identifier, and takes another database there', async () => {
    const role = `role_${randomBytes(4).toString('hex')}`;
    const source = await database(
      `CREATE ROLE ${role} LOGIN PASSWORD 'x'; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC`,
    );
    const empty = await database('REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC');
    endings.push(() => queryAt(connectionTo('postgres'), `DROP ROLE ${role}`));
    const weak = { user: role, password: 'x' };
    const context = await targetContext({ ...source, ...weak });
    expect(context.source.identity.systemIdentifier).toBeNull();
    await expect(urlTarget({ ...source, ...weak }).open(context)).rejects.toThrow(/is the source itself/);
    await expect(urlTarget({ ...empty, ...weak }).open(context)).resolves.toBeDefined();
  });

  test.each([
    ['a table', 'CREATE TABLE t (i int)', 'table public.t'],
    ['a view', 'CREATE VIEW v AS SELECT 1 AS one', 'view public.v'],
    ['a materialised view', 'CREATE MATERIALIZED VIEW v AS SELECT 1 AS one', 'materialized view public.v'],
    ['a sequence', 'CREATE SEQUENCE s', 'sequence public.s'],
    ['a function', `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'`, 'function public.f()'],
    ['an enum', `CREATE TYPE mood AS ENUM ('x')`, 'type public.mood'],
    ['a domain', 'CREATE DOMAIN d AS int', 'type public.d'],
    ['a composite type', 'CREATE TYPE pair AS (a int, b int)', 'composite type public.pair'],
    ['a schema', 'CREATE SCHEMA app', 'schema app'],
    ['a large object', `SELECT lo_from_bytea(0, 'x')`, 'large object'],
    [
      'an event trigger',
      `CREATE FUNCTION public.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()`,
      'event trigger e',
    ],
    ['a publication', 'CREATE PUBLICATION p', 'publication p'],
    ['a foreign-data wrapper', 'CREATE FOREIGN DATA WRAPPER w', 'foreign-data wrapper w'],
    ['a collation', `CREATE COLLATION c (locale = 'C')`, 'collation public.c'],
    ['an operator', 'CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)', 'operator public.==='],
    [
      'a text search configuration',
      'CREATE TEXT SEARCH CONFIGURATION t (COPY = simple)',
      'text search configuration public.t',
    ],
  ])('refuses a database with %s', async (_, sql, named) => {
    const [source, full] = [await database(), await database(sql)];
    const opening = urlTarget(full).open(await targetContext(source));
    await expect(opening).rejects.toThrow(UsageError);
    await expect(opening).rejects.toThrow(new RegExp(`is not empty: it holds .*${named.replaceAll(/[()]/g, '\\$&')}`));
  });

  test('names a few of many objects', async () => {
    const many = await database(Array.from({ length: 30 }, (_, index) => `CREATE TABLE t${index} ();`).join('\n'));
    await expect(urlTarget(many).open(await targetContext(await database()))).rejects.toThrow(
      /table public.t0, .* and \d+ more\./,
    );
  });

  test('refuses a database that can only be read', async () => {
    const empty = await database();
    await queryAt(empty, `ALTER DATABASE ${empty.database} SET default_transaction_read_only = on`);
    await expect(urlTarget(empty).open(await targetContext(await database()))).rejects.toThrow(/can only be read/);
  });
});
