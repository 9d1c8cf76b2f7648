import { randomBytes } from 'node:crypto';
import { CannotVerifyError, openWritable, UsageError, type ConnectionSettings } from '@pgdrill/core';
import { afterEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { connectionTo, queryAt } from '../testing/rehearsal.ts';
import { targetContext } from '../testing/target-context.ts';
import { localeChoices } from './database-locale.ts';
import { newScratch, readMarker, scratchPrefix } from './marker.ts';
import { scratchTarget } from './scratch-target.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const admin = connectionTo('postgres');

const database = async (options: Parameters<typeof createTestDatabase>[0] = {}): Promise<ConnectionSettings> => {
  const made = await createTestDatabase(options);
  endings.push(() => made.drop());
  return connectionTo(made.name);
};

const dropLater = (name: string): void => {
  endings.push(() => queryAt(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
};

const exists = async (name: string): Promise<boolean> =>
  (await queryAt(admin, `SELECT 1 AS one FROM pg_database WHERE datname = '${name}'`)).length === 1;

const locale = `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate::text, datctype::text, to_jsonb(d) ->> 'datlocprovider' AS provider,
  coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale') AS icu FROM pg_database d WHERE datname = current_database()`;

describe('scratchTarget', () => {
  test('makes a marked database on the server of the source, and drops it', async () => {
    const source = await database();
    const target = await scratchTarget().open(await targetContext(source));
    const name = target.connection.database;
    dropLater(name);
    expect(name).toMatch(/^pgdrill_scratch_[0-9a-f]{16}$/);
    const [row] = await queryAt(
      admin,
      `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = '${name}'`,
    );
    expect(readMarker(row?.['comment'] ?? null)).toMatchObject({
      tool: 'pgdrill',
      drill: name.slice(scratchPrefix.length),
    });
    await target.close();
    expect(await exists(name)).toBe(false);
    await target.close();
  });

  test.each([
    ['LATIN1 and C', { encoding: 'LATIN1', locale: 'C' }],
    ['UTF8 and C', { encoding: 'UTF8', locale: 'C' }],
    ['SQL_ASCII and C', { encoding: 'SQL_ASCII', locale: 'C' }],
    ['the default of the server', {}],
  ])('gives it the encoding and locale of the source: %s', async (_, options) => {
    const source = await database(options);
    const context = await targetContext(source);
    const target = await scratchTarget({ server: admin }).open(context);
    endings.push(() => target.close());
    expect(await queryAt(target.connection, locale)).toEqual(await queryAt(source, locale));
    expect(context.notes).toEqual([]);
  });

  test('gives it the ICU locale of the source', async () => {
    const [server] = await queryAt(
      admin,
      `SELECT (current_setting('server_version_num')::int >= 150000 AND EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i'))::text AS icu`,
    );
    if (server?.['icu'] !== 'true') return;
    const name = `test_${randomBytes(8).toString('hex')}`;
    await queryAt(
      admin,
      `CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-AT' LOCALE 'C' ENCODING 'UTF8'`,
    );
    dropLater(name);
    const source = connectionTo(name);
    const target = await scratchTarget().open(await targetContext(source));
    endings.push(() => target.close());
    expect(await queryAt(target.connection, locale)).toEqual(await queryAt(source, locale));
    expect((await queryAt(source, locale))[0]).toMatchObject({ provider: 'i', icu: 'de-AT' });
  });

  test('drops it while others are connected to it', async () => {
    const target = await scratchTarget().open(await targetContext(await database()));
    dropLater(target.connection.database);
    const other = await openWritable(target.connection, 'pg');
    endings.push(() => other.close());
    await target.close();
    expect(await exists(target.connection.database)).toBe(false);
  });

  test('drops it with the subscriptions that were restored into it, and does not call their publishers', async () => {
    const target = await scratchTarget().open(await targetContext(await database()));
    dropLater(target.connection.database);
    await queryAt(
      target.connection,
      `CREATE SUBSCRIPTION "From afar" CONNECTION 'host=192.0.2.1 dbname=x' PUBLICATION p WITH (connect = false, slot_name = 'of_the_original')`,
    );
    await target.close();
    expect(await exists(target.connection.database)).toBe(false);
  });

  test('drops it with a subscription also when event triggers that were restored with it forbid that', async () => {
    const target = await scratchTarget().open(await targetContext(await database()));
    dropLater(target.connection.database);
    for (const sql of [
      `CREATE SUBSCRIPTION s CONNECTION 'host=192.0.2.1 dbname=x' PUBLICATION p WITH (connect = false, slot_name = 'of_the_original')`,
      `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''frozen''; END'`,
      'CREATE EVENT TRIGGER "No drops" ON sql_drop EXECUTE FUNCTION refuse()',
      'CREATE EVENT TRIGGER frozen ON ddl_command_start EXECUTE FUNCTION refuse()',
      'ALTER EVENT TRIGGER frozen ENABLE ALWAYS',
    ])
      await queryAt(target.connection, sql);
    await target.close();
    expect(await exists(target.connection.database)).toBe(false);
  });

  test('is made and dropped from a source whose transactions are read-only by default', async () => {
    const source = await database();
    await queryAt(source, `ALTER DATABASE ${source.database} SET default_transaction_read_only = on`);
    const target = await scratchTarget().open(await targetContext(source));
    dropLater(target.connection.database);
    expect(await queryAt(target.connection, 'CREATE TABLE t ()')).toEqual([]);
    await target.close();
    expect(await exists(target.connection.database)).toBe(false);
  });

  test('says what to do when all transactions of the role are read-only', async () => {
    const role = `role_${randomBytes(4).toString('hex')}`;
    const source = await database({
      sql: `CREATE ROLE ${role} LOGIN CREATEDB PASSWORD 'x'; ALTER ROLE ${role} SET default_transaction_read_only = on`,
    });
    endings.push(() => queryAt(admin, `DROP ROLE ${role}`));
    const opening = scratchTarget().open(await targetContext({ ...source, user: role, password: 'x' }));
    await expect(opening).rejects.toThrow(CannotVerifyError);
    await expect(opening).rejects.toThrow(
      new RegExp(`transactions of ${role} .*default_transaction_read_only, set by user`),
    );
  });

  test('keeps it when told, and says how to drop it', async () => {
    const context = await targetContext(await database(), { keep: true });
    const target = await scratchTarget().open(context);
    const name = target.connection.database;
    dropLater(name);
    await target.close();
    expect(await exists(name)).toBe(true);
    expect(context.notes.join()).toContain(`DROP DATABASE ${name};`);
  });

  test.each([
    ['has lost its mark', (name: string) => `COMMENT ON DATABASE ${name} IS NULL`],
    [
      'carries the mark of another drill',
      (name: string) => `COMMENT ON DATABASE ${name} IS '${JSON.stringify(newScratch().marker)}'`,
    ],
  ])('does not drop one that %s', async (_, change) => {
    const target = await scratchTarget().open(await targetContext(await database()));
    const name = target.connection.database;
    dropLater(name);
    await queryAt(admin, change(name));
    await expect(target.close()).rejects.toThrow(/was not dropped: it no longer carries the mark/);
    expect(await exists(name)).toBe(true);
  });

  test('is content when somebody else has dropped it already', async () => {
    const target = await scratchTarget().open(await targetContext(await database()));
    await queryAt(admin, `DROP DATABASE ${target.connection.database}`);
    await expect(target.close()).resolves.toBeUndefined();
  });

  test('says what to do when the role may not create databases', async () => {
    const role = `role_${randomBytes(4).toString('hex')}`;
    const source = await database({ sql: `CREATE ROLE ${role} LOGIN PASSWORD 'x'` });
    endings.push(() => queryAt(admin, `DROP ROLE ${role}`));
    const weak = { ...source, user: role, password: 'x' };
    const opening = scratchTarget().open(await targetContext(weak));
    await expect(opening).rejects.toThrow(CannotVerifyError);
    await expect(opening).rejects.toThrow(
      new RegExp(`${role} may not create a scratch database.*ALTER ROLE "${role}" CREATEDB`),
    );
  });

  test('refuses a server that has one session only', async () => {
    const source = await database();
    const opening = scratchTarget({ server: { ...admin, singleSession: true } }).open(await targetContext(source));
    await expect(opening).rejects.toThrow(UsageError);
  });

  test('notes scratch databases older than a day, and drops none of them', async () => {
    const [old, young] = [newScratch(), newScratch()];
    for (const [{ name, marker }, created] of [
      [old, '2020-01-01T00:00:00Z'],
      [young, marker0()],
    ] as const) {
      await queryAt(admin, `CREATE DATABASE ${name}`);
      dropLater(name);
      await queryAt(admin, `COMMENT ON DATABASE ${name} IS '${JSON.stringify({ ...marker, created })}'`);
    }
    const context = await targetContext(await database());
    const target = await scratchTarget().open(context);
    endings.push(() => target.close());
    expect(context.notes.join()).toContain(`DROP DATABASE ${old.name};`);
    expect(context.notes.join()).not.toContain(young.name);
    expect(await exists(old.name)).toBe(true);
  });

  test('works the same over the other driver', async () => {
    const target = await scratchTarget().open(await targetContext(await database(), { driver: 'postgres' }));
    expect(await exists(target.connection.database)).toBe(true);
    await target.close();
    expect(await exists(target.connection.database)).toBe(false);
  });

  test('leaves nothing when it is aborted before it begins', async () => {
    const source = await database();
    const context = await targetContext(source, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(scratchTarget().open(context)).rejects.toThrow('enough');
  });
});

const marker0 = (): string => new Date().toISOString();

describe('localeChoices', () => {
  const icu = { encoding: 'UTF8', provider: 'icu', collate: 'C', ctype: 'C', locale: `d'e`, rules: null };

  test('begins with the very same and ends with C, in the encoding of the source', () => {
    const choices = localeChoices(icu, 150_000);
    expect(choices.map(({ loss }) => loss)).toEqual([
      null,
      "the locale libc C, not icu d'e",
      "the locale C, not icu d'e",
    ]);
    expect(choices[0]?.options).toBe(
      `ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'd''e'`,
    );
    expect(choices.every(({ options }) => options.startsWith(`ENCODING 'UTF8' `))).toBe(true);
  });

  test('does not name a provider to a server that knows none', () => {
    const libc = { ...icu, provider: 'libc', locale: null };
    expect(localeChoices(libc, 140_000).map(({ options }) => options)).toEqual([
      `ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
      `ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
    ]);
  });

  test('a locale that the server does not have falls back to C, with a note', async () => {
    const [first, last] = localeChoices(
      { ...icu, provider: 'libc', locale: null, collate: 'xx_XX', ctype: 'xx_XX' },
      150_000,
    );
    const name = `test_${randomBytes(8).toString('hex')}`;
    dropLater(name);
    await expect(
      queryAt(admin, `CREATE DATABASE ${name} TEMPLATE template0 ${first?.options ?? ''}`),
    ).rejects.toMatchObject({
      sqlstate: '42809',
    });
    expect(last?.loss).toBe('the locale C, not libc xx_XX');
  });
});
