import { describe, expect, test } from 'vitest';
import type { Report, ReportCheck } from '@pgdrill/core';
import {
  accepted,
  check,
  earlyError,
  failed,
  finding,
  interrupted,
  lapsed,
  passed,
  subject,
  unverified,
} from './fixtures/sample-reports.ts';
import { secondLook } from './second-look.ts';

const claimsPassed = (...checks: readonly ReportCheck[]): Report => ({ ...passed, checks });
const sound = check('row-count', 's', { subjects: [subject('public.a', 1)] });

describe('secondLook', () => {
  test.each([passed, failed, accepted, lapsed, unverified, earlyError, interrupted])(
    'leaves an honest report as it is',
    (report) => {
      const look = secondLook(report);
      expect(look.verdict).toBe(report.verdict);
      expect(look.checks).toEqual(report.checks);
      expect(look.contradiction).toBeUndefined();
    },
  );

  test.each<[string, Report, Report['verdict']]>([
    ['without checks', claimsPassed(), 'unverified'],
    ['with a check that judged nothing', claimsPassed(sound, check('head-hash', 's')), 'unverified'],
    [
      'with nothing but skipped checks',
      claimsPassed(check('a', 's', { verdict: 'skipped', reason: 'r' })),
      'unverified',
    ],
    ['of a backup and restore alone', claimsPassed({ ...sound, name: 'backup' }), 'unverified'],
    ['with an unverified check', claimsPassed(sound, check('a', 's', { verdict: 'unverified' })), 'unverified'],
    [
      'with an unverified subject in a check that says passed',
      claimsPassed({ ...sound, subjects: [{ ...subject('public.a', 1), unverified: 'no' }] }),
      'unverified',
    ],
    ['with a failed check', claimsPassed(sound, check('a', 's', { verdict: 'failed' })), 'failed'],
    [
      'with an error in a check that says passed',
      claimsPassed({ ...sound, findings: [finding('row-count/differs', 'public.a', 1, 0, 'm')] }),
      'failed',
    ],
    [
      'with an acceptance that is past in a check that says passed',
      { ...lapsed, verdict: 'passed', exitCode: 0, checks: lapsed.checks.map((of) => ({ ...of, verdict: 'passed' })) },
      'failed',
    ],
    [
      'with nothing that was judged but what is accepted',
      { ...accepted, checks: accepted.checks.map((of) => ({ ...of, subjects: [] })) },
      'unverified',
    ],
    ['of a drill that ended early', { ...claimsPassed(sound), error: { phase: 'judge', message: 'm' } }, 'unverified'],
    ['with an exit status other than 0', { ...claimsPassed(sound), exitCode: 3 }, 'unverified'],
  ])('takes no pass from a report %s', (_, report, verdict) => {
    const look = secondLook(report);
    expect(look.verdict).toBe(verdict);
    expect(look.contradiction).toContain('contradicts itself');
  });

  test('does not make a claim better than it is', () => {
    expect(secondLook({ ...claimsPassed(sound), verdict: 'failed', exitCode: 1 }).verdict).toBe('failed');
  });
});
