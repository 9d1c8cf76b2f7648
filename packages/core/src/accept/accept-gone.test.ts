import { describe, expect, test } from 'vitest';
import type { ReportFinding } from '../finding.ts';
import type { ReportCheck } from '../report.ts';
import { acceptGone } from './accept-gone.ts';

const REASON = 'filled anew';
const missing = (subject: string, more: Partial<ReportFinding> = {}): ReportFinding => ({
  code: 'schema/missing',
  severity: 'error',
  subject,
  expected: 1,
  actual: null,
  message: 'It is gone.',
  accepted: { reason: REASON, from: 'config' },
  ...more,
});
const { accepted: _, ...unaccepted } = missing('public.a');
const checkOf = (name: string, part: Partial<ReportCheck>): ReportCheck => ({
  name,
  summary: name,
  verdict: 'passed',
  subjects: [],
  findings: [],
  notes: [],
  ...part,
});
const part = { name: 'public.a', before: 2, after: null, unverified: 'It is gone.', goneWith: 'public.a' };
const whole = { name: 'indexes', before: 3, after: 1 };
const indexes = (...subjects: ReportCheck['subjects']): ReportCheck =>
  checkOf('indexes', { verdict: 'unverified', reason: 'r', subjects });
const after = (of: ReportCheck, ...findings: readonly ReportFinding[]): ReportCheck | undefined =>
  acceptGone([of, checkOf('schema', { findings })])[0];

describe('acceptGone', () => {
  test.each(['public.a', 'table public.a', 'materialized view public.a'])(
    'passes a check that lacked parts of %s alone, which is accepted to be gone, and notes them with the reason',
    (subject) => {
      const { unverified: _, ...noted } = part;
      expect(after(indexes(whole, part), missing(subject))).toEqual(
        checkOf('indexes', {
          subjects: [whole, noted],
          notes: [`Not compared, since it went with a relation that is gone, which is accepted (${REASON}): public.a.`],
        }),
      );
    },
  );

  test('skips a check that looked at nothing else', () => {
    expect(after(indexes(part), missing('public.a'))).toMatchObject({
      verdict: 'skipped',
      reason: 'All that it would look at is gone, and that is accepted.',
    });
  });

  test('leaves a check unverified that could not judge something else, with that as the reason', () => {
    const other = { ...part, name: 'public.b', goneWith: 'public.b' };
    const { goneWith: _, ...unread } = { ...part, name: 'index public.a_i', unverified: 'permission denied' };
    for (const open of [other, unread])
      expect(after(indexes(whole, part, open), missing('public.a'))).toMatchObject({
        verdict: 'unverified',
        reason: `1 of 3 could not be judged; the first, ${open.name}: ${open.unverified}`,
      });
  });

  test('leaves a check failed that found something, and notes what is accepted', () => {
    const failed = { ...indexes(whole, part), verdict: 'failed' as const, findings: [missing('index public.b_i')] };
    const result = after(failed, missing('public.a'));
    expect([result?.verdict, result?.notes.length]).toEqual(['failed', 1]);
  });

  test.each<[string, readonly ReportFinding[]]>([
    ['nothing says that it is gone', []],
    ['another relation is gone', [missing('public.ab'), missing('table public."x public.a"')]],
    ['what is accepted of it is a difference', [missing('public.a', { actual: 1 })]],
    ['what is accepted of it is a warning', [missing('public.a', { severity: 'warning' })]],
    ['one of the checks that say so is not accepted', [missing('table public.a'), unaccepted]],
  ])('changes nothing where %s', (_, findings) => {
    const before = indexes(whole, part);
    expect(after(before, ...findings)).toBe(before);
  });
});
