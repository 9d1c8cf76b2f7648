import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSnapshot, openWritable, UsageError, type ServerFacts } from '@pgdrill/core';
import { afterEach, describe, expect, test } from 'vitest';
import { builtinMethods, pgDump, type PgDumpOptions } from './mod.ts';
import { startRehearsal, type Rehearsal } from './testing/rehearsal.ts';

const content = `
  CREATE TABLE orders (id int PRIMARY KEY, note text, paid_at timestamptz(3));
  INSERT INTO orders SELECT i, 'note ' || i || E'\\n\\\\ "zürich" \\t', now() - i * interval '1 hour' FROM generate_series(1, 500) i;
  CREATE TABLE lines (id int, order_id int REFERENCES orders);
  INSERT INTO lines SELECT i, 1 + i % 500 FROM generate_series(1, 2000) i;
  CREATE SCHEMA app; CREATE VIEW app.paid AS SELECT * FROM orders WHERE paid_at IS NOT NULL;
  SELECT lo_from_bytea(0, 'large');`;

const digest = `SELECT (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM orders t) AS orders,
  (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM lines t) AS lines, (SELECT count(*)::text FROM app.paid) AS paid,
  (SELECT string_agg(lo_get(oid)::text, '') FROM pg_largeobject_metadata) AS large`;

const rehearsals: Rehearsal[] = [];
const rehearse = async (sql: string, name?: string): Promise<Rehearsal> => {
  const rehearsal = await startRehearsal(sql, name);
  rehearsals.push(rehearsal);
  return rehearsal;
};
afterEach(async () => {
  for (const rehearsal of rehearsals.splice(0)) await rehearsal.close();
});

const server = (version: string): ServerFacts => ({
  version,
  versionNumber: Number.parseInt(version, 10) * 10_000,
  encoding: 'UTF8',
  collation: 'C',
});

describe('pgDump', () => {
  test('is the default one of the built-in methods', () => {
    expect(builtinMethods.map(({ name }) => name)).toEqual(['pg_dump']);
  });

  const ways: readonly (readonly [string, PgDumpOptions])[] = [
    ['custom', {}],
    ['custom, uncompressed, by two jobs', { format: 'custom', compress: 0, jobs: 2 }],
    ['directory', { format: 'directory' }],
    ['directory by two jobs', { format: 'directory', jobs: 2, compress: 1 }],
    ['tar', { format: 'tar' }],
    ['plain', { format: 'plain' }],
  ];
  test.each(ways)('brings back what went in: %s', async (_, options) => {
    const rehearsal = await rehearse(content);
    const artefact = await rehearsal.back(options);
    await rehearsal.check(artefact, options, true);
    const restored = await rehearsal.restore(artefact, options);
    expect(await rehearsal.query(digest)).toEqual(await rehearsal.querySource(digest));
    expect(restored.errors).toBe(0);
    expect(artefact).toMatchObject({ method: 'pg_dump', format: options.format ?? 'custom' });
    expect(artefact.versions['pg_dump']).toMatch(/^\d+/);
    expect(Object.keys(restored.versions)).toEqual([options.format === 'plain' ? 'psql' : 'pg_restore']);
  });

  test('records the size and the SHA-256 of a file, readable by its owner only', async () => {
    const rehearsal = await rehearse(content);
    const { path, bytes, sha256 } = await rehearsal.back();
    const file = await readFile(path);
    expect({ bytes, sha256 }).toEqual({ bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') });
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  test('records of a directory the digest of what sha256sum prints', async () => {
    const rehearsal = await rehearse(content);
    const { path, bytes, sha256 } = await rehearsal.back({ format: 'directory' });
    const names = await readdir(path);
    const files = await Promise.all(names.map(async (name) => [name, await readFile(join(path, name))] as const));
    const lines = files.map(([name, file]) => `${createHash('sha256').update(file).digest('hex')}  ${name}\n`);
    expect(sha256).toBe(createHash('sha256').update(lines.toSorted().join('')).digest('hex'));
    expect(bytes).toBe(files.reduce((sum, [, file]) => sum + file.length, 0));
  });

  test('counts the statements and rows of a plain restore', async () => {
    const rehearsal = await rehearse(content);
    const { log } = await rehearsal.restore(await rehearsal.back({ format: 'plain' }), { format: 'plain' });
    expect(log.at(-1)?.text).toMatch(/^\d+ statements ran, 2 of them COPY, of 2500 rows in all$/);
  });

  test('dumps the exported snapshot while another client inserts without pause', async () => {
    const rehearsal = await rehearse('CREATE TABLE ticks (n bigserial PRIMARY KEY); INSERT INTO ticks DEFAULT VALUES');
    const session = await openSnapshot({
      connection: rehearsal.source,
      driver: 'pg',
      signal: new AbortController().signal,
    });
    const writer = await openWritable(rehearsal.source, 'pg');
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) await writer.query('INSERT INTO ticks DEFAULT VALUES');
    })();
    try {
      await sleep(100);
      const [seen] = await session.leader.query('SELECT count(*)::text AS n FROM public.ticks');
      for (const options of [{}, { format: 'directory', jobs: 2 }] satisfies readonly PgDumpOptions[]) {
        const { server: facts, snapshotId } = session;
        const context = { options, selection: null, source: facts, target: null, snapshotId };
        const none = (): void => {};
        const quiet = { directory: rehearsal.directory, signal: stop.signal, log: none, event: none, progress: none };
        await rehearsal.restore(await pgDump.backup(rehearsal.source, { ...context, ...quiet }), options);
        expect(await rehearsal.query('SELECT count(*)::text AS n FROM public.ticks')).toEqual([seen]);
      }
      const [now] = await writer.query('SELECT count(*)::text AS n FROM public.ticks');
      expect(Number(now?.['n'])).toBeGreaterThan(Number(seen?.['n']));
    } finally {
      stop.abort();
      await writing;
      await writer.close();
      await session.close();
    }
  });

  const names = [
    'x=y z',
    'dbname=postgres host=nowhere',
    `a"b'c`,
    'zürich 数据',
    '-d postgres',
    'postgresql://h/d',
    ' ',
    '\\',
  ];
  test.each(names)('takes the database name %j for a name, on either side', async (name) => {
    const unique = `${name} ${process.pid}`;
    const rehearsal = await rehearse('CREATE TABLE t (i int); INSERT INTO t VALUES (7)', unique);
    const target = await rehearsal.newDatabase(`${unique} 2`);
    for (const options of [{ format: 'directory', jobs: 2 }, { format: 'plain' }] satisfies readonly PgDumpOptions[]) {
      await rehearsal.restore(await rehearsal.back(options), options, { target });
      expect(await rehearsal.query('SELECT i::text FROM t')).toEqual([{ i: '7' }]);
      await rehearsal.query('DROP TABLE t');
    }
  });

  test('keeps the encoding of the source in the dump, as a real backup does', async () => {
    const rehearsal = await rehearse(content);
    await rehearsal.back({ format: 'plain' });
    expect(await readFile(join(rehearsal.directory, 'backup.sql'), 'utf8')).toContain(`SET client_encoding = 'UTF8'`);
  });

  test('leaves owners and privileges out by default, and keeps them when told', async () => {
    const role = `role_${process.pid}`;
    const rehearsal = await rehearse(
      `CREATE ROLE ${role}; CREATE TABLE t (i int); ALTER TABLE t OWNER TO ${role}; GRANT SELECT ON t TO PUBLIC`,
    );
    const owner = `SELECT tableowner::text, has_table_privilege('pg_monitor', 't', 'SELECT')::text AS granted FROM pg_tables WHERE tablename = 't'`;
    try {
      for (const format of ['custom', 'plain'] as const) {
        await rehearsal.restore(await rehearsal.back({ format }), { format });
        expect(await rehearsal.query(owner)).toEqual([{ tableowner: 'postgres', granted: 'false' }]);
        const all = { format, dumpArguments: [] };
        await rehearsal.restore(await rehearsal.back(all), all);
        expect(await rehearsal.query(owner)).toEqual([{ tableowner: role, granted: 'true' }]);
      }
    } finally {
      await rehearsal.close();
      const again = await rehearse('SELECT 1');
      await again.querySource(`DROP ROLE ${role}`);
    }
  });

  test('validate refuses what cannot work together, before anything is opened', () => {
    expect(() => pgDump.validate?.({ format: 'tar', jobs: 2 })).toThrow(UsageError);
    expect(() => pgDump.validate?.({ format: 'directory', jobs: 2 })).not.toThrow();
  });

  test('prepare names the tools and their versions', async () => {
    const rehearsal = await rehearse('SELECT 1');
    const session = await openSnapshot({
      connection: rehearsal.source,
      driver: 'pg',
      signal: new AbortController().signal,
    });
    await session.close();
    const plan = { source: session.server, target: session.server, destructive: false };
    const [major] = session.server.version.split('.');
    expect(await pgDump.prepare({}, plan)).toEqual({
      pg_dump: expect.stringMatching(`^${major}`) as string,
      pg_restore: expect.stringMatching(`^${major}`) as string,
    });
    expect(Object.keys(await pgDump.prepare({ format: 'plain' }, plan))).toEqual(['pg_dump', 'psql']);
  });

  test('prepare refuses a client that is older than the server, with its version and place', async () => {
    const newer = { source: server('99.1'), target: server('99.1'), destructive: false };
    await expect(pgDump.prepare({}, newer)).rejects.toThrow(
      /pg_dump \S+ at \/\S+ (is|are) older than the server 99\.1.*install postgresql-client-99 or newer/,
    );
  });

  test.each([
    [{ dumpArguments: ['--no-owner', '--exclude-table-data=t'] }, '--exclude-table-data'],
    [{ dumpArguments: ['-On', 't'] }, '--schema'],
    [{ dumpArguments: ['--exclude-sch=t'] }, '--exclude-sch'],
    [{ restoreArguments: ['--section=data'] }, '--section'],
    [{ stopOnError: false }, 'stopOnError'],
  ])('prepare refuses %j for an in-place restore only', async (options, named) => {
    const plan = { source: server('10'), target: server('99'), destructive: true };
    await expect(pgDump.prepare(options, plan)).rejects.toThrow(named);
    await expect(pgDump.prepare(options, { ...plan, destructive: false })).resolves.toBeDefined();
  });
});
