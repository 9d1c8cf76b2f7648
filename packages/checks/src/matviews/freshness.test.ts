import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge, openWritable, resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type { CapturePlan, Manifest, ReportCheck } from '@pgdrill/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { matviews } from '../matviews.ts';
import type { MatviewsOptions } from './options.ts';

const FRESH = 'materialized views that hold what their query gives';
const SQL = `
  CREATE TABLE items (id int, kind char(4), price numeric, doc json);
  INSERT INTO items VALUES (1, 'a', 1.50, '{"x": 1}'), (2, 'a', 2, '{"x":1}'), (3, 'b', NULL, NULL);
  CREATE MATERIALIZED VIEW totals (kind, "All; in all") AS WITH known AS (SELECT * FROM items) SELECT kind, sum(price) FROM known GROUP BY kind;
  CREATE MATERIALIZED VIEW docs AS SELECT doc FROM items;
  CREATE MATERIALIZED VIEW nothing AS SELECT * FROM items WHERE id > 100;
  CREATE MATERIALIZED VIEW bare AS SELECT FROM items;
  CREATE MATERIALIZED VIEW unseen AS SELECT id FROM items WITH NO DATA;`;

let source: TestDatabase;
let target: TestDatabase;
beforeEach(async () => {
  source = await createTestDatabase({ sql: SQL });
  target = await createTestDatabase();
});
afterEach(async () => {
  await source.drop();
  await target.drop();
});

describe('matviews, with freshness', () => {
  it('finds every view of a healthy restore fresh, one over json and one over no rows too', async () => {
    const before = await captured('both');
    restore();
    expect(await judged(before, 'both')).toMatchObject({
      verdict: 'passed',
      findings: [],
      subjects: [
        { name: 'materialized views', before: 5, after: 5 },
        { name: FRESH, before: 4, after: 4 },
      ],
    });
  });

  it('asks the restored database alone with "restored", and neither unless told', async () => {
    await run(source, `UPDATE items SET price = 7 WHERE id = 1`);
    restore();
    const restored = await judged(await captured('restored'), 'restored');
    expect(restored).toMatchObject({ verdict: 'passed', findings: [] });
    expect(restored.subjects[1]).toEqual({ name: FRESH, before: null, after: 4 });
    const { verdict, subjects } = await judged(await captured('ignore'), 'ignore');
    expect([verdict, subjects.map(({ name }) => name)]).toEqual(['passed', ['materialized views']]);
  });

  it('warns of one that was stale before the backup, though it has as many rows, and finds it fresh after', async () => {
    await run(source, `UPDATE items SET doc = '{"x":  1}' WHERE id = 1`);
    const before = await captured('both');
    restore();
    const { verdict, findings, subjects } = await judged(before, 'both');
    expect([verdict, codes(findings)]).toEqual([
      'passed',
      ['matviews/was-stale warning materialized view public.docs'],
    ]);
    expect(findings[0]?.actual).toMatch(/^3 rows, [0-9a-f]{32}$/);
    expect(findings[0]?.expected).not.toBe(findings[0]?.actual);
    expect(subjects[1]).toEqual({ name: FRESH, before: 3, after: 4 });
  });

  it('fails on those that pg_restore refreshed with the schema, before the rows came, and on no other', async () => {
    const before = await captured('restored');
    restore(['--schema-only'], ['--data-only']);
    const { verdict, findings } = await judged(before, 'restored');
    expect(verdict).toBe('failed');
    expect(codes(findings)).toEqual(
      ['bare', 'docs', 'totals'].map((name) => `matviews/stale error materialized view public.${name}`),
    );
    expect(findings[2]?.actual).toBe(`0 rows, ${'0'.repeat(32)}`);
    expect(findings[2]?.expected).toMatch(/^2 rows, /);
  });

  it('fails on one that was stale on both sides alike', async () => {
    await run(source, `DELETE FROM items WHERE id = 3`);
    const before = await captured('both');
    restore();
    await run(
      target,
      `INSERT INTO items VALUES (3, 'b'); REFRESH MATERIALIZED VIEW totals;
      REFRESH MATERIALIZED VIEW docs; REFRESH MATERIALIZED VIEW bare; DELETE FROM items WHERE id = 3;`,
    );
    const { findings } = await judged(before, 'both');
    expect(codes(findings)).toEqual(
      ['was-stale warning', 'stale error'].flatMap((code) =>
        ['bare', 'docs', 'totals'].map((name) => `matviews/${code} materialized view public.${name}`),
      ),
    );
  });

  it('leaves unverified, by name and reason, what its role may not compute', async () => {
    const before = await captured('restored');
    restore();
    await run(target, 'GRANT SELECT ON totals, docs, nothing, bare TO PUBLIC');
    const { verdict, findings, subjects } = await judged(before, 'restored', 'pg_signal_backend');
    expect([verdict, findings]).toEqual(['unverified', []]);
    expect(subjects.filter(({ unverified }) => unverified !== undefined).map(({ name }) => name)).toEqual(
      ['bare', 'docs', 'nothing', 'totals'].map((name) => `materialized view public.${name}`),
    );
    expect(subjects[2]?.unverified).toMatch(/could not be compared with it after: .*permission denied for table items/);
  });

  it('leaves one unverified whose query fails, and compares the others', async () => {
    const before = await captured('restored');
    restore();
    await run(
      target,
      `CREATE FUNCTION half(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1 / $1; END';
       CREATE MATERIALIZED VIEW halves AS SELECT half(id) FROM items; INSERT INTO items VALUES (0);
       REFRESH MATERIALIZED VIEW docs; REFRESH MATERIALIZED VIEW bare`,
    );
    const { verdict, findings, subjects } = await judged(before, 'restored');
    expect([verdict, codes(findings)]).toEqual(['failed', ['matviews/stale error materialized view public.totals']]);
    expect(subjects.slice(1)).toMatchObject([{ name: FRESH, after: 3 }, { name: 'materialized view public.halves' }]);
    expect(subjects[2]?.unverified).toMatch(/could not be compared with it after: .*division by zero/);
  });

  it('is unverified, never passed, where the manifest of the restored database was captured as one of a source', async () => {
    const manifest = await captured('restored');
    const [check] = judge(manifest, manifest, planOf('restored').checks);
    expect(check?.verdict).toBe('unverified');
    expect(check?.reason).toMatch(
      /The manifest "after" does not tell: capture that side again with the option freshness/,
    );
    const told = await captured('both');
    expect(judge(told, told, planOf('both').checks)).toMatchObject([{ verdict: 'passed' }]);
  });
});

function planOf(freshness: MatviewsOptions['freshness']): CapturePlan {
  const checks = [{ check: matviews, options: { freshness } }];
  return { checks, chains: [], reveal: 'keys', driver: 'pg', workers: 1, deadlineSeconds: 60 };
}

function captured(freshness: MatviewsOptions['freshness']): Promise<Manifest> {
  const connection = resolveConnection(source.url, {});
  return runCapture(planOf(freshness), connection, () => undefined, new AbortController().signal);
}

async function judged(
  manifest: Manifest,
  freshness: MatviewsOptions['freshness'],
  role?: string,
): Promise<ReportCheck> {
  const url = role === undefined ? target.url : `${target.url}?options=${encodeURIComponent(`-c role=${role}`)}`;
  const { report } = await runVerify(
    {
      ...planOf(freshness),
      command: 'verify',
      before: { manifest, connection: null },
      after: { manifest: null, connection: resolveConnection(url, {}) },
    },
    () => undefined,
    new AbortController().signal,
  );
  const [check] = report.checks;
  if (check === undefined) throw new Error('nothing was judged');
  return check;
}

function codes(findings: ReportCheck['findings']): readonly string[] {
  return findings.map(({ code, severity, subject }) => `${code} ${severity} ${subject}`);
}

async function run({ url }: TestDatabase, sql: string): Promise<void> {
  const db = await openWritable(resolveConnection(url, {}), 'pg');
  try {
    await db.script(sql);
  } finally {
    await db.close();
  }
}

/** By one pg_restore, or by several, each with these arguments. */
function restore(...passes: readonly (readonly string[])[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'pgdrill-matviews-'));
  try {
    const archive = join(folder, 'archive');
    tool('pg_dump', ['--format', 'custom', '--file', archive, '--dbname', source.url]);
    for (const pass of passes.length === 0 ? [[]] : passes)
      tool('pg_restore', [...pass, '--dbname', target.url, archive]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tool(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
