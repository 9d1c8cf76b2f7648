import { describe, expect, it } from 'vitest';
import type { PlannedAcceptance } from './accept/acceptance.ts';
import { defineCheck } from './check.ts';
import type { AnyCheck, Judgement } from './check.ts';
import type { Finding } from './finding.ts';
import { judge } from './judge.ts';
import type { CheckObservation, Manifest } from './manifest.ts';

const finding: Finding = {
  code: 'probe/differs',
  severity: 'error',
  subject: 'public.t',
  expected: 1,
  actual: 2,
  message: 'differs',
};

function probe(answer: Judgement | readonly Finding[] | Error): AnyCheck {
  return defineCheck({
    name: 'probe',
    summary: 'probe',
    cost: 'none',
    observe: async () => null,
    judge() {
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
}

function manifest(
  observation: Partial<CheckObservation> | null = {},
  prelude: Record<string, string> = { TimeZone: 'UTC' },
): Manifest {
  return {
    kind: 'pgdrill-manifest',
    schemaVersion: 1,
    tool: { name: 'pgdrill', version: '0', runtime: 'test' },
    capturedAt: '2026-01-01T00:00:00.000Z',
    seconds: 0,
    connection: 'user@host:5432/database',
    database: { systemIdentifier: '1', databaseOid: '2', databaseName: 'database' },
    server: { version: '15', versionNumber: 150_000, encoding: 'UTF8', collation: 'C' },
    snapshotId: null,
    prelude,
    tier: 'full',
    tables: [],
    checks: observation === null ? {} : { probe: { options: {}, observation: null, tables: {}, ...observation } },
  };
}

function judged(answer: Judgement | readonly Finding[] | Error, before = manifest(), after = manifest()) {
  return judge(before, after, [{ check: probe(answer), options: {} }])[0];
}

const subject = { name: 'public.t', before: 1, after: 1 };

describe('judge', () => {
  it('passes a check that judged something and found nothing', () => {
    expect(judged({ subjects: [subject], findings: [] })).toMatchObject({ verdict: 'passed', subjects: [subject] });
  });

  it('fails a check with a finding, and not with a warning', () => {
    expect(judged({ subjects: [subject], findings: [finding] })?.verdict).toBe('failed');
    expect(judged({ subjects: [subject], findings: [{ ...finding, severity: 'warning' }] })?.verdict).toBe('passed');
  });

  it('takes findings alone for an answer', () => {
    expect(judged([finding])).toMatchObject({ verdict: 'failed', subjects: [{ name: 'public.t' }] });
    expect(judged([])).toMatchObject({ verdict: 'passed', subjects: [{ name: 'database' }] });
  });

  it.each<[string, ReturnType<typeof judged>]>([
    ['judged nothing', judged({ subjects: [], findings: [] })],
    [
      'has a subject that could not be judged',
      judged({ subjects: [subject, { ...subject, unverified: 'no permission' }], findings: [] }),
    ],
    ['threw while judging', judged(new Error('boom'))],
    ['was not captured before', judged([], manifest(null))],
    ['was not captured after', judged([], manifest(), manifest(null))],
    ['could not observe', judged([], manifest({ error: 'no permission' }))],
    ['was captured with other options', judged([], manifest({ options: { other: true } }))],
    ['was read with other settings', judged([], manifest(), manifest({}, { TimeZone: 'Europe/Paris' }))],
  ])('leaves a check unverified, with the reason, when it %s', (_, check) => {
    expect(check?.verdict).toBe('unverified');
    expect(check?.reason).toBeTruthy();
  });

  it('fails rather than leaves unverified when both apply', () => {
    expect(judged({ subjects: [{ ...subject, unverified: 'no permission' }], findings: [finding] })?.verdict).toBe(
      'failed',
    );
  });

  it('skips with the reason, but not when there is a finding', () => {
    expect(judged({ subjects: [], findings: [], skipped: 'no chain' })).toMatchObject({
      verdict: 'skipped',
      reason: 'no chain',
    });
    expect(judged({ subjects: [], findings: [finding], skipped: 'no chain' })?.verdict).toBe('failed');
  });
});

describe('judge with known differences', () => {
  const until = '2026-03-01';
  const acceptance = (part: Partial<PlannedAcceptance> = {}): PlannedAcceptance => ({
    code: 'probe/differs',
    reason: 'on purpose',
    from: 'config',
    ...part,
  });
  const judgedWith = (
    answer: Judgement | readonly Finding[],
    acceptances: readonly PlannedAcceptance[],
    today = '2026-01-01',
  ) => judge(manifest(), manifest(), [{ check: probe(answer), options: {} }], { acceptances, today })[0];

  it.each<[string, Partial<PlannedAcceptance>]>([
    ['code', {}],
    ['check', { code: undefined as never, check: 'probe' }],
    ['patterns of code and subject', { code: 'pro*/*', subject: 'public.*' }],
  ])('keeps a finding that is accepted by %s, and passes the check', (_, part) => {
    const checked = judgedWith({ subjects: [subject], findings: [finding] }, [acceptance(part)]);
    expect(checked).toMatchObject({ verdict: 'passed', subjects: [subject] });
    expect(checked?.findings).toEqual([{ ...finding, accepted: { reason: 'on purpose', from: 'config' } }]);
  });

  it.each<[string, Partial<PlannedAcceptance>]>([
    ['code', { code: 'probe/missing' }],
    ['check', { check: 'prob' }],
    ['subject', { subject: 'public.tt' }],
  ])('fails the check when the %s is another', (_, part) => {
    const checked = judgedWith({ subjects: [subject], findings: [finding] }, [acceptance(part)]);
    expect(checked).toMatchObject({ verdict: 'failed', findings: [finding] });
  });

  it('fails the check by what is not accepted, beside what is', () => {
    const other = { ...finding, subject: 'public.u' };
    const checked = judgedWith({ subjects: [subject], findings: [finding, other] }, [
      acceptance({ subject: 'public.t' }),
    ]);
    expect(checked).toMatchObject({ verdict: 'failed', findings: [{ accepted: {} }, other] });
    expect(checked?.findings[1]).not.toHaveProperty('accepted');
  });

  it.each<[string, Judgement, string]>([
    [
      'unverified',
      { subjects: [subject, { ...subject, unverified: 'no permission' }], findings: [finding] },
      'unverified',
    ],
    ['unverified when nothing else was judged', { subjects: [], findings: [finding] }, 'unverified'],
    ['skipped', { subjects: [], findings: [finding], skipped: 'no chain' }, 'skipped'],
  ])('makes no pass of what would be %s without the finding', (_, judgement, verdict) => {
    expect(judgedWith(judgement, [acceptance()])?.verdict).toBe(verdict);
  });

  it('accepts through the last day, and then fails again and says that it lapsed', () => {
    const accepted = judgedWith([finding], [acceptance({ until })], until);
    expect(accepted).toMatchObject({ verdict: 'passed', findings: [{ accepted: { until } }] });
    const lapsed = judgedWith([finding], [acceptance({ until })], '2026-03-02');
    expect(lapsed?.verdict).toBe('failed');
    expect(lapsed?.findings).toEqual([{ ...finding, lapsed: { reason: 'on purpose', until } }]);
  });

  it('goes by another acceptance when the first has lapsed', () => {
    const options = acceptance({ reason: '--no-owner', from: 'options' });
    const checked = judgedWith([finding], [acceptance({ until }), options], '2026-03-02');
    expect(checked).toMatchObject({
      verdict: 'passed',
      findings: [{ accepted: { reason: '--no-owner', from: 'options' } }],
    });
  });
});
