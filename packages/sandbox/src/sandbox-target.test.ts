import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import {
  openSnapshot,
  openWritable,
  resolveConnection,
  type OpenTarget,
  type Row,
  type TargetContext,
} from '@pgdrill/core';
import { sandboxTarget } from './sandbox-target.ts';
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './testing/test-database.ts';

const opened: { close(): Promise<void> }[] = [];
const databases: TestDatabase[] = [];
let notes: string[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((target) => target.close()));
  await Promise.all(databases.splice(0).map((database) => database.drop()));
  notes = [];
});

const contextOf = async (options: TestDatabaseOptions & { readonly keep?: boolean } = {}): Promise<TargetContext> => {
  const database = await createTestDatabase(options);
  databases.push(database);
  const connection = resolveConnection(database.url, {});
  const session = await openSnapshot({ connection, driver: 'pg' });
  const { identity, server } = session;
  await session.close();
  return {
    source: { connection, identity, encoding: server.encoding, collation: server.collation },
    driver: 'pg',
    keep: options.keep ?? false,
    signal: new AbortController().signal,
    note: (text) => notes.push(text),
  };
};

const open = async (context: TargetContext, kind?: 'pglite'): Promise<OpenTarget> => {
  const target = await sandboxTarget({ kind }).open(context);
  opened.push(target);
  return target;
};

const localeOf = async ({ connection }: OpenTarget): Promise<Row | undefined> => {
  const session = await openWritable(connection, 'pg');
  const [row] = await session.query(`
    SELECT current_setting('server_encoding') AS encoding, datcollate::text AS collate, datctype::text AS ctype
    FROM pg_database WHERE datname = current_database()`);
  await session.close();
  return row;
};

describe('sandboxTarget', () => {
  test("opens an empty database of the source's encoding and locale on a server of its own, and removes it", async () => {
    const context = await contextOf();
    const target = await open(context);
    const session = await openSnapshot({ connection: target.connection, driver: 'postgres' });
    expect(session.identity.systemIdentifier).not.toBe(context.source.identity.systemIdentifier);
    await session.close();
    expect(await localeOf(target)).toEqual({ encoding: 'UTF8', collate: 'C.UTF-8', ctype: 'C.UTF-8' });
    expect(target.description).toMatch(/^database restored on a throwaway PostgreSQL \d+/);
    const directory = target.connection.host;
    expect(existsSync(directory)).toBe(true);
    await target.close();
    expect(existsSync(directory)).toBe(false);
    expect(notes).toEqual([expect.stringMatching(/^Target: PostgreSQL .* was taken/)]);
  });

  test('follows an encoding and a locale that are not its own', async () => {
    const target = await open(await contextOf({ encoding: 'LATIN1', locale: 'C' }));
    expect(await localeOf(target)).toEqual({ encoding: 'LATIN1', collate: 'C', ctype: 'C' });
  });

  test('takes C, and says so, for a collation that it does not have', async () => {
    const context = await contextOf();
    const target = await open({ ...context, source: { ...context.source, collation: 'tlh_KX.utf8' } });
    expect(await localeOf(target)).toEqual({ encoding: 'UTF8', collate: 'C', ctype: 'C' });
    expect(notes).toContain(
      "The throwaway server does not have the source's collation tlh_KX.utf8: the target database has C instead.",
    );
  });

  test('kept, stays after close, and says how to reach and stop it', async () => {
    const target = await open(await contextOf({ keep: true }));
    await target.close();
    expect(await localeOf(target)).toMatchObject({ encoding: 'UTF8' });
    const [, pid = ''] = /restored: psql "host=.*kill -INT (\d+) stops it/.exec(notes.at(-1) ?? '') ?? [];
    process.kill(Number(pid), 'SIGINT');
    await expect.poll(() => existsSync(target.connection.host), { timeout: 10_000 }).toBe(false);
  });

  test('PGlite refuses a source that is not UTF8', async () => {
    const context = await contextOf({ encoding: 'LATIN1', locale: 'C' });
    await expect(open(context, 'pglite')).rejects.toThrow(
      "PGlite holds UTF8 only, and the source's encoding is LATIN1",
    );
  });
});
