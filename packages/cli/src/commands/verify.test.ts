import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@pgdrill/core';
import { builtinChecks } from '@pgdrill/checks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
});
afterAll(() => source.drop());

/** Captures the source, copies it, damages the copy by this SQL, and verifies it. */
const captureDamageVerify = async (damage: string, driver = 'pg'): Promise<Ended> => {
  const cwd = newFolder();
  const capture = ['capture', '--source', '$SOURCE', '--out', 'manifest.json', '--driver', driver];
  expect(await runCli(capture, { cwd, env: { SOURCE: source.url } })).toMatchObject({ code: 0, out: '' });
  const copy = `copy_of_${source.name}`;
  await source.sql(`CREATE DATABASE ${copy} TEMPLATE ${source.name}`, 'postgres');
  try {
    await source.sql('ALTER TABLE public.audit_events DISABLE TRIGGER USER', copy);
    if (damage !== '') await source.sql(damage, copy);
    await source.sql('ALTER TABLE IF EXISTS public.audit_events ENABLE TRIGGER USER', copy);
    const args = ['verify', '--target', '$TARGET', '--manifest', 'manifest.json', '--reporter', 'json'];
    return await runCli([...args, '--driver', driver], { cwd, env: { TARGET: source.urlOf(copy) } });
  } finally {
    await source.sql(`DROP DATABASE ${copy}`, 'postgres');
  }
};

/** By check: the codes that failed it, or its verdict where none did. */
const outcomes = (ended: Ended): Readonly<Record<string, readonly string[] | string>> => {
  const report = JSON.parse(ended.out) as Report;
  const entries = report.checks.map(({ name, verdict, findings }) => {
    const codes = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code.split('/')[1] ?? code);
    return [name, codes.length === 0 ? verdict : codes];
  });
  return Object.fromEntries(entries) as Readonly<Record<string, readonly string[] | string>>;
};

/** Nothing is written unless it is asked for. */
const HEALTHY = {
  ...Object.fromEntries(builtinChecks.map(({ name }) => [name, 'passed'])),
  'write-test': 'skipped',
};
/** Rows are missing or too many: then their digits cannot be compared. */
const OTHER_ROWS = {
  'row-count': ['differs'],
  'walked-count': ['differs'],
  'timestamp-precision': 'unverified',
  content: ['differs'],
};
const THE_11TH = '(SELECT id FROM public.audit_events ORDER BY timestamp, id OFFSET 10 LIMIT 1)';
const CUT = `timestamp = date_trunc('milliseconds', timestamp)`;

describe('pgdrill capture, then damage, then pgdrill verify', () => {
  test.each([
    [
      'a row deleted',
      `DELETE FROM public.audit_events WHERE id = ${THE_11TH}`,
      { ...OTHER_ROWS, 'verify-chain': ['link-mismatch'] },
    ],
    [
      'the tail deleted',
      'DELETE FROM public.audit_events WHERE timestamp > (SELECT timestamp FROM public.audit_events ORDER BY timestamp OFFSET 19 LIMIT 1)',
      { ...OTHER_ROWS, 'head-hash': ['tail-missing', 'sentinel-differs'] },
    ],
    [
      'a byte of a hash changed',
      `UPDATE public.audit_events SET row_hash = overlay(row_hash PLACING translate(left(row_hash, 1), '0123456789abcdef', '123456789abcdef0') FROM 1) WHERE id = ${THE_11TH}`,
      { 'verify-chain': ['content-mismatch', 'link-mismatch'], content: ['differs'] },
    ],
    [
      'a timestamp cut to milliseconds',
      `UPDATE public.audit_events SET ${CUT} WHERE id = ${THE_11TH}`,
      { 'verify-chain': ['precision-loss'], 'timestamp-precision': ['digits-lost'], content: ['differs'] },
    ],
    [
      'every timestamp cut to milliseconds, with hashes left',
      `UPDATE public.audit_events SET ${CUT}`,
      { 'verify-chain': ['precision-loss'], 'timestamp-precision': ['digits-lost'], content: ['differs'] },
    ],
    [
      'the table emptied',
      'DELETE FROM public.audit_events',
      { ...OTHER_ROWS, 'head-hash': ['head-missing', 'sentinel-differs'], 'verify-chain': ['empty-chain'] },
    ],
    [
      'the table dropped',
      'DROP TABLE public.audit_events CASCADE',
      {
        'row-count': ['table-missing'],
        'head-hash': ['chain-missing'],
        'verify-chain': ['chain-missing'],
        'walked-count': ['chain-missing'],
        'append-only': ['chain-missing'],
        'timestamp-precision': 'unverified',
        content: ['missing'],
        schema: ['missing', 'missing'],
        constraints: 'unverified',
        indexes: 'unverified',
        privileges: 'unverified',
        statistics: 'unverified',
        triggers: 'unverified',
      },
    ],
    [
      'a row inserted',
      `INSERT INTO public.audit_events SELECT 'forged', actor, actor_type, action, resource_type, resource_id, details, timestamp, row_hash, row_hash FROM public.audit_events WHERE id = ${THE_11TH}`,
      { ...OTHER_ROWS, 'verify-chain': ['content-mismatch'] },
    ],
  ])('%s: status 1, the right checks under the right codes, and no other', async (_, damage, expected) => {
    const ended = await captureDamageVerify(damage);
    expect(outcomes(ended)).toEqual({ ...HEALTHY, ...expected });
    expect(ended).toMatchObject({ code: 1, leftFiles: [], leftProcesses: [] });
  });

  test.each(['pg', 'postgres'])('no damage: status 0, by driver %s', async (driver) => {
    const ended = await captureDamageVerify('', driver);
    expect(outcomes(ended)).toEqual(HEALTHY);
    expect(ended).toMatchObject({ code: 0 });
  });
});

describe('pgdrill verify', () => {
  const capture = async (cwd: string, ...args: readonly string[]): Promise<void> => {
    const all = ['capture', '--source', '$SOURCE', ...args];
    expect(await runCli(all, { cwd, env: { SOURCE: source.url } })).toMatchObject({ code: 0 });
  };

  test('judges two manifests, without a database', async () => {
    const cwd = newFolder();
    await capture(cwd, '--out', 'before.json');
    const after = JSON.parse(readFileSync(join(cwd, 'before.json'), 'utf8')) as {
      checks: Record<string, { tables: Record<string, { measures: Record<string, string> }> }>;
    };
    const args = ['verify', '--manifest', 'before.json', '--target-manifest', 'before.json', '--out', 'reports'];
    expect(await runCli(args, { cwd })).toMatchObject({ code: 0 });
    const measures = after.checks['row-count']?.tables['public.audit_events']?.measures ?? {};
    for (const name of Object.keys(measures)) measures[name] = '23';
    writeFileSync(join(cwd, 'after.json'), JSON.stringify(after));
    const damaged = ['verify', '--manifest', 'before.json', '--target-manifest', 'after.json', '--reporter', 'json'];
    const ended = await runCli(damaged, { cwd });
    expect(ended).toMatchObject({ code: 1 });
    expect(outcomes(ended)).toMatchObject({ 'row-count': ['differs'] });
  });

  test('writes the manifest to standard output for a pipe', async () => {
    const ended = await runCli(['capture', '--source', '$SOURCE', '--out', '-'], {
      cwd: newFolder(),
      env: { SOURCE: source.url },
    });
    expect(ended).toMatchObject({ code: 0 });
    expect(JSON.parse(ended.out)).toMatchObject({ kind: 'pgdrill-manifest', schemaVersion: 1 });
  });

  test('refuses to pass over a check that the manifest holds, unless it is told which to judge', async () => {
    const cwd = newFolder({ 'tables.mjs': CUSTOM_CHECK });
    await capture(cwd, '--out', 'm.json', '--check', './tables.mjs', '--check', 'row-count');
    const verify = ['verify', '--target', '$SOURCE', '--manifest', 'm.json'];
    const env = { SOURCE: source.url };
    const refused = await runCli(verify, { cwd, env });
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('The manifest holds what my-tables saw, and nothing here would judge it.');
    const one = await runCli([...verify, '--check', 'row-count'], { cwd, env });
    expect(one).toMatchObject({ code: 0 });
    expect(one.out.replaceAll(/\s+/g, ' ')).toMatch(
      /skipped my-tables.*left out by the options or the config, so it was not tested/,
    );
    const both = await runCli([...verify, '--check', 'row-count', '--check', './tables.mjs'], { cwd, env });
    expect(both).toMatchObject({ code: 0 });
    expect(both.out).toContain('my-tables');
  });

  test('names a check that the manifest does not hold, and does not pass', async () => {
    const cwd = newFolder();
    await capture(cwd, '--out', 'm.json', '--check', 'row-count');
    const verify = ['verify', '--target', '$SOURCE', '--manifest', 'm.json', '--check', 'content'];
    const ended = await runCli(verify, { cwd, env: { SOURCE: source.url } });
    expect(ended).toMatchObject({ code: 3 });
    expect(ended.out.replaceAll(/\s+/g, ' ')).toContain('holds no observation of content');
  });
});

const CUSTOM_CHECK = `export default {
  name: 'my-tables', summary: 'As many tables', cost: 'nothing',
  observe: async (db) => (await db.query("SELECT count(*) AS n FROM pg_catalog.pg_tables"))[0].n,
  judge: () => [],
};`;
