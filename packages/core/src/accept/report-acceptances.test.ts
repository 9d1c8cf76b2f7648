import { describe, expect, test } from 'vitest';
import type { Verdict } from '../finding.ts';
import type { ReportCheck } from '../report.ts';
import type { PlannedAcceptance } from './acceptance.ts';
import { reportAcceptances } from './report-acceptances.ts';

const checkOf = (name: string, verdict: Verdict, ...subjects: readonly string[]): ReportCheck => ({
  name,
  summary: name,
  verdict,
  subjects: [],
  findings: subjects.map((subject) => ({
    code: `${name}/differs`,
    severity: 'error',
    subject,
    expected: 1,
    actual: 2,
    message: 'differs',
  })),
  notes: [],
});

const acceptance = (part: Partial<PlannedAcceptance>): PlannedAcceptance => ({
  reason: 'on purpose',
  from: 'config',
  ...part,
});

const reported = (of: PlannedAcceptance, ...checks: readonly ReportCheck[]) =>
  reportAcceptances(checks, { acceptances: [of], today: '2026-06-01' }).acceptances?.[0];

const checks = [checkOf('content', 'failed', 'public.a', 'public.b'), checkOf('row-count', 'passed')];

describe('reportAcceptances', () => {
  test('is nothing when nothing is accepted', () => {
    expect(reportAcceptances(checks, { acceptances: [], today: '2026-06-01' })).toEqual({});
  });

  test.each<[Partial<PlannedAcceptance>, number]>([
    [{ code: 'content/*' }, 2],
    [{ check: 'content', subject: '*.a' }, 1],
    [{ code: 'content/*', until: '2026-05-31' }, 2],
  ])('counts the findings that %j fits, and does not warn', (part, findings) => {
    const of = acceptance(part);
    expect(reported(of, ...checks)).toEqual({ ...of, findings });
  });

  test('warns of an entry that fits nothing, by name and reason', () => {
    expect(reported(acceptance({ code: 'content/missing', subject: 'public.a' }), ...checks)?.warning).toBe(
      'The accepted difference content/missing about public.a (on purpose) matched nothing: take it out of the config, or correct it.',
    );
    expect(reported(acceptance({ check: 'row-count' }), ...checks)).toMatchObject({
      findings: 0,
      warning: expect.stringContaining('of all that row-count finds (on purpose) matched nothing') as string,
    });
  });

  test('warns of an entry that has lapsed and fits nothing, with the day', () => {
    expect(reported(acceptance({ code: 'row-count/differs', until: '2026-05-31' }), ...checks)?.warning).toMatch(
      /matched nothing: take it out.* It lapsed after 2026-05-31 in any case\.$/,
    );
  });

  test('warns of an entry that no check is meant by', () => {
    expect(reported(acceptance({ code: 'contents/differs' }), ...checks)?.warning).toMatch(
      /matched nothing, for no check of that name ran: correct the name/,
    );
  });

  test.each<Verdict>(['unverified', 'skipped'])('does not warn when the check was %s: it judged nothing', (verdict) => {
    const of = acceptance({ code: 'content/differs' });
    expect(reported(of, checkOf('content', verdict), checks[1] as ReportCheck)).toEqual({ ...of, findings: 0 });
  });

  test('does not warn of what follows from the options', () => {
    const of = acceptance({ code: 'privileges/owner-differs', from: 'options' });
    expect(reported(of, ...checks)).toEqual({ ...of, findings: 0 });
  });
});
