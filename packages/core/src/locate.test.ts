import { expect, test } from 'vitest';
import type { Accepting } from './accept/acceptance.ts';
import { defineCheck } from './check.ts';
import type { Finding } from './finding.ts';
import { judge } from './judge.ts';
import { canLocate, locate } from './locate.ts';
import type { Manifest } from './manifest.ts';
import type { CapturePlan } from './plan.ts';

const finding = (code: string, subject: string): Finding => ({
  code,
  severity: 'error',
  subject,
  expected: 1,
  actual: 2,
  message: code,
});

/** Two tables differ, and of whatever it is asked to narrow down it names a row. */
const probe = defineCheck({
  name: 'probe',
  summary: 'probe',
  cost: 'none',
  observe: async () => null,
  judge: () => [finding('probe/differs', 'public.a'), finding('probe/differs', 'public.b')],
  locate: async ({ findings }) => findings.map(({ subject }) => finding('probe/row', subject)),
});

const manifest: Manifest = {
  kind: 'pgdrill-manifest',
  schemaVersion: 1,
  tool: { name: 'pgdrill', version: '0', runtime: 'test' },
  capturedAt: '2026-01-01T00:00:00.000Z',
  seconds: 0,
  connection: 'user@host:5432/database',
  database: { systemIdentifier: '1', databaseOid: '2', databaseName: 'database' },
  server: { version: '15', versionNumber: 150_000, encoding: 'UTF8', collation: 'C' },
  snapshotId: null,
  prelude: {},
  tier: 'full',
  tables: [],
  checks: { probe: { options: {}, observation: null, tables: {} } },
};
const plan: CapturePlan = {
  checks: [{ check: probe, options: {} }],
  chains: [],
  reveal: 'keys',
  driver: 'pg',
  workers: 1,
  deadlineSeconds: 1,
};
const side = { manifest, handle: null };

async function located(...accepted: readonly { readonly code: string; readonly subject: string }[]) {
  const accepting: Accepting = {
    acceptances: accepted.map((one) => ({ ...one, reason: 'on purpose', from: 'config' })),
    today: '2026-01-01',
  };
  const checks = judge(manifest, manifest, plan.checks, accepting);
  if (!canLocate(checks, plan.checks)) return checks[0];
  const { signal } = new AbortController();
  return (await locate(checks, plan, { before: side, after: side }, accepting, signal))[0];
}

const shown = (check: Awaited<ReturnType<typeof located>>): readonly string[] =>
  (check?.findings ?? []).map(({ code, subject, accepted }) => `${code} ${subject}${accepted ? ' accepted' : ''}`);

test('locate narrows down what is not accepted, and nothing else', async () => {
  expect(shown(await located())).toEqual([
    'probe/differs public.a',
    'probe/differs public.b',
    'probe/row public.a',
    'probe/row public.b',
  ]);
  const some = await located({ code: 'probe/differs', subject: 'public.a' });
  expect(shown(some)).toEqual(['probe/differs public.a accepted', 'probe/differs public.b', 'probe/row public.b']);
  expect(some?.verdict).toBe('failed');
});

test('canLocate sees nothing to look up when all is accepted', async () => {
  const check = await located({ code: 'probe/differs', subject: '*' });
  expect(check?.verdict).toBe('passed');
  expect(shown(check)).toEqual(['probe/differs public.a accepted', 'probe/differs public.b accepted']);
});

test('locate marks what it adds as accepted too, which makes no pass of the cause', async () => {
  const check = await located({ code: 'probe/row', subject: '*' });
  expect(check?.verdict).toBe('failed');
  expect(shown(check)).toEqual([
    'probe/differs public.a',
    'probe/differs public.b',
    'probe/row public.a accepted',
    'probe/row public.b accepted',
  ]);
});
