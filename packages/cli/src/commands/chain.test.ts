import { createHmac } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
  await source.sql(`CREATE TABLE public.keyed AS SELECT n, md5(n::text) || md5('a' || n) AS hash, CASE WHEN n > 1 THEN
    md5((n - 1)::text) || md5('a' || n - 1) END AS prev FROM generate_series(1, 9) AS n`);
});
afterAll(() => source.drop());

const detect = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  runCli(['chain', 'detect', '--source', '$SOURCE', ...args], { cwd, env: { SOURCE: source.url } });

describe('pgdrill chain detect', () => {
  test('prints a config by which the chain is verified', async () => {
    const cwd = newFolder({ 'package.json': '{ "type": "module" }' });
    const found = await detect(cwd, '--table', 'public.audit_events');
    expect(found).toMatchObject({ code: 0 });
    expect(found.err).toMatch(/tried: [\d,]+ candidates of at most 5,000,000, [\d.]+ s of at most 60 s/);
    expect(found.err).not.toContain(source.password);
    expect(found.out).toContain('// public.audit_events: all 24 rows that were tried fit this description.');
    expect(found.out).toContain("prev: { column: 'prev_hash', genesis: { stored: null, hashed: '' } },");

    mkdirSync(join(cwd, 'node_modules/@pgdrill'), { recursive: true });
    symlinkSync(join(import.meta.dirname, '../../../core'), join(cwd, 'node_modules/@pgdrill/core'));
    writeFileSync(join(cwd, 'pgdrill.config.ts'), found.out);
    const options = ['--source', '$SOURCE', '--target', '$SOURCE', '--check', 'verify-chain'];
    const verified = await runCli(['compare', ...options], { cwd, env: { SOURCE: source.url } });
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.out).toMatch(/✓ passed +verify-chain/);
  });

  test('prints all that it found out as JSON', async () => {
    const { code, out } = await detect(newFolder(), '--table', 'audit_events', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      table: 'public.audit_events',
      chain: { hash: { column: 'row_hash', algorithm: 'sha256', encoding: 'hex' } },
      proof: { rows: 24, fits: 24 },
      uncovered: [],
      bounds: { seconds: 60, candidates: 5_000_000 },
    });
  });

  test('says what it tried, with status 3, when nothing fits', async () => {
    const { code, out, err } = await detect(newFolder(), '--table', 'keyed', '--candidates', '500');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(/fields joined in the table's order, sha256: [\d,]+ tried, none fits\n/);
    expect(err).toMatch(/key \(HMAC\)[\s\S]*tried: 500 candidates of at most 500[\s\S]*No description of public.keyed/);
  });

  test('finds an HMAC by the key of an environment variable, and refuses any other', async () => {
    await source.sql(`CREATE TABLE public.signed (n int, who text, prev text, hash text)`);
    let prev: string | null = null;
    for (const [index, who] of ['ann', 'bob', 'cid', 'dan'].entries()) {
      const own: string = createHmac('sha256', 'geheim')
        .update(`${prev ?? ''}|${index}|${who}`)
        .digest('hex');
      const link = prev === null ? 'NULL' : `'${prev}'`;
      await source.sql(`INSERT INTO public.signed VALUES (${index}, '${who}', ${link}, '${own}')`);
      prev = own;
    }
    const env = { SOURCE: source.url, AUDIT_KEY: 'geheim' };
    const args = ['chain', 'detect', '--source', '$SOURCE', '--table', 'signed'];
    const found = await runCli([...args, '--key-env', 'AUDIT_KEY'], { cwd: newFolder(), env });
    expect(found).toMatchObject({ code: 0 });
    expect(found.out).toContain("hmac: { key: '$AUDIT_KEY' }");
    expect(found.out + found.err).not.toContain('geheim');
    for (const wrong of ['geheim', 'NOT_SET', '']) {
      const refused = await runCli([...args, '--key-env', wrong], { cwd: newFolder(), env });
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.err).toMatch(/--key-env names the environment variable/);
      expect(refused.err).not.toContain('geheim');
    }
  });

  test('says with status 1 that some rows do not fit', async () => {
    await source.sql('CREATE TABLE public.changed AS SELECT * FROM public.audit_events');
    await source.sql("UPDATE public.changed SET actor = 'nobody' WHERE prev_hash IS NULL");
    const { code, out } = await detect(newFolder(), '--table', 'changed', '--candidates', '20000');
    expect(code).toBe(1);
    expect(out).toContain('// public.changed: 23 of 24 rows that were tried fit this description.');
    expect(out).not.toContain('nobody');
  });

  test('refuses a table that is not there, and bounds that are none, with status 2', async () => {
    const missing = await detect(newFolder(), '--table', 'public.no_such');
    expect(missing).toMatchObject({ code: 2, out: '' });
    expect(missing.err).toContain('There is no table "public.no_such"');
    for (const args of [['--table', ''], [], ['--table', 'keyed', '--seconds', '0']]) {
      expect(await detect(newFolder(), ...args)).toMatchObject({ code: 2, out: '' });
    }
  });
});
