import { describe, expect, test } from 'vitest';
import type { Finding } from '../finding.ts';
import type { ReportCheck } from '../report.ts';
import type { PlannedAcceptance } from './acceptance.ts';
import { acceptIn, markAccepted } from './mark-accepted.ts';

const finding = (code: string, severity: Finding['severity'] = 'error'): Finding => ({
  code,
  severity,
  subject: 'restore',
  expected: 0,
  actual: 1,
  message: 'The restore went on after 1 error.',
});

const accepting = (...acceptances: readonly PlannedAcceptance[]) => ({ acceptances, today: '2026-06-01' });
const known: PlannedAcceptance = { code: 'restore/errors-ignored', reason: 'a known error', from: 'config' };

describe('markAccepted', () => {
  test('marks warnings too, and of several that fit goes by the first that has not lapsed', () => {
    const first = { ...known, until: '2026-06-01' };
    const [marked] = markAccepted(
      'restore',
      [finding('restore/errors-ignored', 'warning')],
      accepting({ ...known, until: '2026-05-31', reason: 'lapsed' }, first, { ...known, reason: 'later' }),
    );
    expect(marked).toMatchObject({ accepted: { reason: 'a known error', until: '2026-06-01', from: 'config' } });
    expect(marked).not.toHaveProperty('lapsed');
  });
});

describe('acceptIn', () => {
  const restore: ReportCheck = {
    name: 'restore',
    summary: 'The backup was restored without an error',
    verdict: 'failed',
    subjects: [{ name: 'restore', before: null, after: { errors: 1 } }],
    findings: [finding('restore/errors-ignored')],
    notes: [],
  };

  test('passes a check in which all is accepted, and keeps the finding', () => {
    expect(acceptIn(restore, accepting(known))).toMatchObject({
      verdict: 'passed',
      findings: [{ code: 'restore/errors-ignored', accepted: { reason: 'a known error' } }],
    });
  });

  test.each<[string, ReportCheck, PlannedAcceptance]>([
    ['something else is wrong', { ...restore, findings: [...restore.findings, finding('restore/lost')] }, known],
    ['the acceptance is of another check', restore, { ...known, check: 'backup' }],
    ['the acceptance has lapsed', restore, { ...known, until: '2026-05-31' }],
  ])('leaves it failed when %s', (_, check, acceptance) => {
    expect(acceptIn(check, accepting(acceptance)).verdict).toBe('failed');
  });

  test('makes no pass of what could not be judged', () => {
    const [subject] = restore.subjects;
    const open = {
      ...restore,
      subjects: [{ name: 'restore', before: null, after: null, ...subject, unverified: 'no log' }],
    };
    expect(acceptIn(open, accepting(known))).toMatchObject({
      verdict: 'unverified',
      reason: expect.stringContaining('no log') as string,
    });
    expect(acceptIn({ ...open, verdict: 'unverified', reason: 'r' }, accepting(known))).toMatchObject({
      verdict: 'unverified',
      reason: 'r',
    });
  });
});
