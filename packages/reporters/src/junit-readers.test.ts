import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { junitXml } from '@allurereport/reader';
import { convertJUnitToCTRFReport } from 'junit-to-ctrf';
import { describe, expect, test } from 'vitest';
import type { Report } from '@pgdrill/core';
import { earlyError, failed, hostile, passed, samples, unverified } from './fixtures/sample-reports.ts';
import { junit } from './junit.ts';

type Visitor = Parameters<typeof junitXml.read>[0];
type ResultFile = Parameters<typeof junitXml.read>[1];

/** What Allure 3 makes of a file: each test's status under its full name. */
async function readByAllure(xml: string): Promise<ReadonlyMap<string, string>> {
  const statuses = new Map<string, string>();
  const visitor = {
    visitTestResult: async ({ fullName = '', status = 'none' }) => void statuses.set(fullName, status),
    visitAttachmentFile: async () => undefined,
  } as Partial<Visitor> as Visitor;
  const file = {
    getOriginalFileName: () => 'junit.xml',
    asUtf8String: async () => xml,
  } as Partial<ResultFile> as ResultFile;
  expect(await junitXml.read(visitor, file)).toBe(true);
  return statuses;
}

/** What CTRF's converter makes of a file: each test's status under its name. */
async function readByCtrf(xml: string): Promise<readonly (readonly [string, string])[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pgdrill-junit-'));
  try {
    writeFileSync(join(folder, 'junit.xml'), xml);
    const report = await convertJUnitToCTRFReport(join(folder, 'junit.xml'), { log: false, useSuiteName: true });
    return (report?.results.tests ?? []).map(({ name, status }) => [name, status] as const);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const profiles = ['default', 'strict'] as const;

describe.each(profiles)('the %s profile, read by @allurereport/reader', (profile) => {
  const read = (report: Report): Promise<ReadonlyMap<string, string>> =>
    readByAllure(junit.render(report, { profile }));

  test('shows passed, failed, broken and skipped in the right places', async () => {
    const statuses = await read(failed);
    expect(statuses.get('pgdrill.row-count.public.audit_chain_head')).toBe('passed');
    expect(statuses.get('pgdrill.row-count.public.audit_events')).toBe('failed');
    expect(statuses.get('pgdrill.row-count.public.invoices')).toBe('failed');
    expect(statuses.get('pgdrill.verify-chain.public.audit_events')).toBe('failed');
    expect(statuses.get('pgdrill.walked-count.public.audit_events')).toBe('broken');
    expect((await read(unverified)).get('pgdrill.head-hash.head-hash')).toBe('skipped');
    expect((await read(earlyError)).get('pgdrill.drill.ran to its end')).toBe('broken');
  });

  test('shows a passed drill as passed, and nothing else as that', async () => {
    expect(new Set((await read(passed)).values())).toEqual(new Set(['passed']));
    for (const report of Object.values(samples).filter(({ verdict }) => verdict !== 'passed')) {
      expect([...(await read(report)).values()].join(' ')).toMatch(/failed|broken/);
    }
  });

  test('reads a hostile report whole', async () => {
    const counts = Map.groupBy((await read(hostile)).values(), (status) => status);
    expect(Object.fromEntries([...counts].map(([status, of]) => [status, of.length]))).toEqual({
      passed: 3,
      failed: 1,
      broken: 3,
      skipped: 1,
    });
  });
});

describe.each(profiles)('the %s profile, read by junit-to-ctrf', (profile) => {
  const read = (report: Report): ReturnType<typeof readByCtrf> => readByCtrf(junit.render(report, { profile }));
  const statusOf = async (report: Report, suite: string, name: string): Promise<string | undefined> =>
    (await read(report)).find(([of]) => of === `${suite}: ${name}`)?.[1];

  test('shows passed, failed and skipped in the right places', async () => {
    expect(await statusOf(failed, 'row-count', 'public.audit_chain_head')).toBe('passed');
    expect(await statusOf(failed, 'row-count', 'public.audit_events')).toBe('failed');
    expect(await statusOf(failed, 'row-count', 'public.invoices')).toBe('failed');
    expect(await statusOf(failed, 'walked-count', 'public.audit_events')).toBe('failed');
    expect(await statusOf(unverified, 'head-hash', 'head-hash')).toBe('skipped');
    expect(await statusOf(earlyError, 'drill', 'ran to its end')).toBe('failed');
  });

  test('shows a passed drill as passed, and nothing else as that', async () => {
    expect(new Set((await read(passed)).map(([, status]) => status))).toEqual(new Set(['passed']));
    for (const report of Object.values(samples).filter(({ verdict }) => verdict !== 'passed')) {
      expect((await read(report)).map(([, status]) => status)).toContain('failed');
    }
  });

  test('reads a hostile report whole', async () => {
    const counts = Map.groupBy(await read(hostile), ([, status]) => status);
    expect(Object.fromEntries([...counts].map(([status, of]) => [status, of.length]))).toEqual({
      passed: 3,
      failed: 4,
      skipped: 1,
    });
  });
});
