import { describe, expect, it } from 'vitest';
import type { Verdict } from './finding.ts';
import { outcomeOf } from './outcome.ts';
import type { ReportCheck } from './report.ts';

function checks(...verdicts: readonly Verdict[]): readonly ReportCheck[] {
  return verdicts.map((verdict, index) => ({
    name: `check-${index}`,
    summary: '',
    verdict,
    subjects: [],
    findings: [],
    notes: [],
  }));
}

describe('outcomeOf', () => {
  it.each<[string, readonly Verdict[], 0 | 1 | 3]>([
    ['all passed', ['passed', 'passed'], 0],
    ['some skipped', ['passed', 'skipped'], 0],
    ['one failed', ['passed', 'failed'], 1],
    ['one unverified', ['passed', 'unverified'], 3],
    ['failed and unverified', ['unverified', 'failed'], 1],
    ['nothing ran', [], 3],
    ['all skipped', ['skipped', 'skipped'], 3],
  ])('%s', (_, verdicts, exitCode) => {
    expect(outcomeOf(checks(...verdicts)).exitCode).toBe(exitCode);
  });

  it('does not take a backup and a restore alone for a proof', () => {
    const steps = checks('passed', 'passed', 'skipped').map((check, index) => ({
      ...check,
      name: ['backup', 'restore', 'row-count'][index] ?? '',
    }));
    expect(outcomeOf(steps)).toEqual({ verdict: 'unverified', exitCode: 3 });
  });

  it('does not pass when it is unknown whether the backup is whole', () => {
    const [backup, judged] = checks('unverified', 'passed');
    const steps = [{ ...(backup as ReportCheck), name: 'backup' }, judged as ReportCheck];
    expect(outcomeOf(steps)).toEqual({ verdict: 'unverified', exitCode: 3 });
  });

  it('is 130 when interrupted, and never passed when the drill ended early', () => {
    expect(outcomeOf(checks('passed'), 'interrupted')).toEqual({ verdict: 'unverified', exitCode: 130 });
    expect(outcomeOf(checks('passed'), 'error')).toEqual({ verdict: 'unverified', exitCode: 3 });
    expect(outcomeOf(checks('failed'), 'error').exitCode).toBe(1);
  });
});
