import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runCapture, UsageError, type BackupSelection, type CapturePlan, type Manifest } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseRestore } from './client/choose-clients.ts';
import { findClients } from './client/find-clients.ts';
import { startRehearsal, type Rehearsal } from './testing/rehearsal.ts';

const HOSTILE_NAMES = `
  CREATE SCHEMA app; CREATE SCHEMA "App"; CREATE SCHEMA "we.ird";
  CREATE TABLE orders (n int); CREATE TABLE "Orders" (n int); CREATE TABLE orders_log (n int); CREATE TABLE order2 (n int);
  CREATE TABLE app.orders (n int); CREATE TABLE app.orders_log (n int); CREATE TABLE app.hidden (n int); CREATE TABLE "App".orders (n int);
  CREATE TABLE hidden (n int);
  CREATE TABLE "a.b" (n int); CREATE TABLE "we.ird".t (n int); CREATE TABLE "we.ird"."a.b" (n int);
  CREATE TABLE "x$y" (n int); CREATE TABLE "x*y" (n int); CREATE TABLE "x?y" (n int); CREATE TABLE "say ""hi""" (n int);
  CREATE TABLE "über" (n int); CREATE TABLE "ÜBER" (n int); CREATE TABLE "naïve 🧨 日本" (n int); CREATE TABLE "sp ace" (n int);
  CREATE TABLE "-t" (n int); CREATE TABLE "--table=x" (n int); CREATE TABLE "[]" (n int); CREATE TABLE "a[]" (n int); CREATE TABLE "new
line" (n int); CREATE TABLE "back\\slash" (n int); CREATE TABLE "(a|b)" (n int); CREATE TABLE a (n int); CREATE TABLE b (n int);
  CREATE TABLE parted (n int) PARTITION BY RANGE (n);
  CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (10); CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (10) TO (20);
  CREATE TABLE base (n int); CREATE TABLE derived () INHERITS (base);
  CREATE MATERIALIZED VIEW orders_mv AS SELECT * FROM orders; CREATE VIEW orders_view AS SELECT 1 AS n; CREATE SEQUENCE orders_seq;
  CREATE TABLE counted (id serial PRIMARY KEY); CREATE UNLOGGED TABLE fleeting (n int);
  CREATE TABLE of_extension (n int); ALTER EXTENSION plpgsql ADD TABLE of_extension`;

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal(HOSTILE_NAMES);
});
afterAll(() => rehearsal.close());

const capture = (selection: Partial<BackupSelection>, options = ''): Promise<Manifest> => {
  const plan: CapturePlan = {
    checks: [],
    chains: [],
    reveal: 'surrogate-keys',
    driver: 'pg',
    workers: 1,
    deadlineSeconds: 60,
    selection: { tables: [], excludeTables: [], ...selection, searchPath: null },
  };
  return runCapture(plan, { ...rehearsal.source, options }, () => {}, new AbortController().signal);
};

/** The tables whose rows a real pg_dump puts into a real archive, as pg_restore lists them, and those that the capture looked at. */
const bothSets = async (
  selection: Partial<BackupSelection>,
): Promise<{ readonly dumped: readonly string[]; readonly captured: readonly string[] }> => {
  const artefact = await rehearsal.back({}, undefined, { tables: [], excludeTables: [], schemas: [], ...selection });
  const tool = chooseRestore(
    'pg_restore',
    await findClients('pg_restore', undefined),
    artefact.versions['pg_dump'] ?? '',
    undefined,
  );
  const { stdout } = await promisify(execFile)(tool.path, ['--list', artefact.path], { encoding: 'utf8' });
  const dumped = [...stdout.matchAll(/^\d+; \d+ \d+ (?:TABLE|MATERIALIZED VIEW) DATA (.+) \S+$/gm)].map(
    ([, name]) => name ?? '',
  );
  const { tables } = await capture(selection);
  // The list writes names without quotes, and a line break in one as a space.
  const captured = tables.map(({ name }) =>
    name
      .split(/(?<=^[^"]*|^"[^"]*")\./)
      .map((part) => part.replaceAll(/^"|"$/g, '').replaceAll('""', '"').replaceAll('\n', ' '))
      .join(' '),
  );
  return { dumped: dumped.toSorted(), captured: captured.toSorted() };
};

describe('the tables of an archive and of a capture', () => {
  test.each<Partial<BackupSelection>>([
    { tables: ['orders'] },
    { tables: ['Orders'] },
    { tables: ['"Orders"'] },
    { tables: ['ORD*'] },
    { tables: ['order?'] },
    { tables: ['app.orders'] },
    { tables: ['*.orders'] },
    { tables: ['App.*'] },
    { tables: ['"App".*'] },
    { tables: ['a?p.*', '"we.ird".*'] },
    { tables: ['public.*'] },
    { tables: ['"a.b"'] },
    { tables: ['*."a.b"'] },
    { tables: ['x$y'] },
    { tables: ['"x*y"'] },
    { tables: ['x?y'] },
    { tables: ['"say ""hi"""'] },
    { tables: ['über'] },
    { tables: ['"ÜBER"'] },
    { tables: ['?BER', '"naïve 🧨 日本"', 'sp ace'] },
    { tables: ['"-t"', '"--table=x"'] },
    { tables: ['[]'] },
    { tables: ['a[]'] },
    { tables: ['new\nline', '"back\\slash"'] },
    { tables: ['(a|b)'] },
    { tables: ['"(a|b)"'] },
    { tables: ['a|orders'] },
    { tables: ['[[:alpha:]]'] },
    { tables: ['parted_low'] },
    { tables: ['parted', 'a'] },
    { tables: ['parted*'] },
    { tables: ['base'] },
    { tables: ['derived'] },
    { tables: ['orders_mv'] },
    { tables: ['orders_seq', 'orders_view', 'orders'] },
    { tables: ['counted', 'fleeting', 'of_extension'] },
    { excludeTables: ['orders'] },
    { excludeTables: ['app.*', '*_log'] },
    { excludeTables: ['parted'] },
    { excludeTables: ['parted_*'] },
    { excludeTables: ['*'] },
    { tables: ['*.orders*'], excludeTables: ['*.*_log', '"Orders"'] },
    { tables: ['orders', 'orders'], excludeTables: ['orders_seq'] },
  ])('are the same for %j', async (selection) => {
    const { dumped, captured } = await bothSets(selection);
    expect(captured).toEqual(dumped);
    expect(captured).not.toEqual([]);
  });

  test.each([
    [
      `SET search_path = app, public`,
      ['hidden', 'orders*'],
      ['app.hidden', 'app.orders', 'app.orders_log', 'public.orders_mv'],
    ],
    [`SET search_path = "App", public`, ['orders'], ['"App".orders']],
    [`SET search_path = public, pg_catalog`, ['orders'], ['public.orders']],
  ])('are the same where the database says %s', async (setting, tables, expected) => {
    await rehearsal.querySource(`ALTER DATABASE "${rehearsal.source.database}" ${setting}`);
    try {
      const { dumped, captured } = await bothSets({ tables });
      expect(captured).toEqual(dumped);
      const manifest = await capture({ tables });
      expect(manifest.tables.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
    } finally {
      await rehearsal.querySource(`ALTER DATABASE "${rehearsal.source.database}" RESET search_path`);
    }
  });
});

describe('capture of some of the tables', () => {
  test('names those that it left out, and the search path by which it found the others', async () => {
    const { selection } = await capture({ tables: ['app.*', 'orders'], excludeTables: ['app.hidden'] });
    expect(selection).toMatchObject({ tables: ['app.*', 'orders'], searchPath: ['public'] });
    expect(selection?.leftOut).toEqual(expect.arrayContaining(['app.hidden', 'public.parted_low', 'public."Orders"']));
    expect(selection?.leftOut).not.toContain('public.orders');
  });

  test.each<[Partial<BackupSelection>, RegExp]>([
    [{ tables: ['orders', 'nope'] }, /--table "nope" matches no table in the schemas of the search path \(public\)/],
    [{ tables: ['app.nope'] }, /--table "app\.nope" matches no table\. Write/],
    // Only ASCII letters are folded, by pg_dump too: it would be Über.
    [{ tables: ['ÜBER'] }, /"ÜBER" matches no table/],
    [{ excludeTables: ['nope'] }, /--exclude-table "nope" matches no table/],
    [{ tables: ['*'] }, /takes in system tables, such as pg_catalog\..*public\.\*/],
    [{ tables: ['information_schema.*'] }, /takes in system tables/],
    [{ tables: ['('] }, /The pattern "\(" cannot be read: .*parentheses/],
    [{ tables: ['parted'] }, /leave no table .*The rows of public\.parted are in its partitions/],
    [{ tables: ['orders_view', 'orders_seq', 'of_extension'] }, /leave no table .*views, sequences/],
    [{ tables: ['orders'], excludeTables: ['*'] }, /leave no table/],
  ])('refuses %j', async (selection, message) => {
    const refused = capture(selection);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(UsageError);
  });
});

describe('a backup of some of the tables', () => {
  test('is restored with the schemas that it leaves out, and says so', async () => {
    const selection = { tables: ['app.orders', '"we.ird".t'], excludeTables: [], schemas: ['app', 'we.ird'] };
    const artefact = await rehearsal.back({}, undefined, selection);
    const { log } = await rehearsal.restore(artefact, {}, { selection });
    expect(log[0]?.text).toBe('the drill made the schemas that a backup of some tables leaves out: app, we.ird');
    const there = `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('app', 'we.ird') ORDER BY 1`;
    expect(await rehearsal.query(there)).toEqual([{ relname: 'orders' }, { relname: 't' }]);
  });
});
