import { isFailing } from '@pgdrill/core';
import type { ReportCheck, ReportFinding } from '@pgdrill/core';
import { acceptanceText } from '../acceptance-text.ts';
import { causeText } from '../cause-text.ts';
import { singleLine } from '../single-line.ts';
import { countText } from '../units.ts';
import { valueText } from '../value-text.ts';

/** Why a testcase did not pass. A testcase has one outcome or none: Allure 3 shows one with two `<failure>` elements as passed. */
export interface Outcome {
  readonly kind: 'failure' | 'error' | 'skipped';
  /** Stable: a finding's code, or what stands for one. */
  readonly type: string;
  readonly message: string;
  /** Lines after the message. */
  readonly details: readonly string[];
}

/** One subject of one check. */
export interface Testcase {
  readonly name: string;
  readonly outcome?: Outcome;
}

/**
 * The testcases of one check: one for each subject, and one for each other thing that a finding is about. What concerns the check as a whole is a
 * testcase with the name of the check.
 */
export function testcasesOf(check: ReportCheck): readonly Testcase[] {
  const { name, verdict, reason = 'no reason was given', subjects, findings } = check;
  const cases = new Map<string, Testcase>();
  const found = Map.groupBy(findings, ({ subject }) => subject);
  const unverified = new Map(subjects.map((subject) => [subject.name, subject.unverified]));
  for (const of of new Set([...subjects.map((subject) => subject.name), ...found.keys()])) {
    const outcome = outcomeOf(check, found.get(of) ?? [], unverified.get(of));
    cases.set(of, { name: of, ...(outcome ? { outcome } : {}) });
  }
  const has = (kind: Outcome['kind']): boolean => [...cases.values()].some(({ outcome }) => outcome?.kind === kind);
  const whole = (kind: Outcome['kind'], message: string): void => {
    cases.set(name, { name, outcome: { kind, type: `${name}/${verdict}`, message, details: [] } });
  };
  if (verdict === 'failed' && !has('failure')) whole('failure', 'The check failed, but no finding says why.');
  if (verdict === 'unverified' && !has('error')) whole('error', reason);
  if (verdict === 'skipped' && !has('skipped')) whole('skipped', reason);
  return [...cases.values()];
}

function outcomeOf(
  check: ReportCheck,
  found: readonly ReportFinding[],
  unverified: string | undefined,
): Outcome | undefined {
  const { name, verdict, reason = 'no reason was given' } = check;
  const errors = found.filter(isFailing);
  const [first] = errors;
  if (first) {
    const more = errors.length === 1 ? '' : ` (and ${countText(errors.length - 1, 'more finding')})`;
    const open = unverified === undefined ? [] : [`could not be judged in all: ${singleLine(unverified)}`];
    return {
      kind: 'failure',
      type: first.code,
      message: singleLine(first.message, 2_000) + more,
      details: [...errors, ...found.filter((finding) => !isFailing(finding))].flatMap(findingLines).concat(open),
    };
  }
  if (unverified !== undefined) return { kind: 'error', type: `${name}/unverified`, message: unverified, details: [] };
  if (verdict === 'skipped') return { kind: 'skipped', type: `${name}/skipped`, message: reason, details: [] };
  return undefined;
}

/** A finding in whole, for the body of a failure or for a suite's output. */
export function findingLines(finding: ReportFinding): readonly string[] {
  const { code, severity, subject, expected, actual, message, cause, accepted } = finding;
  return [
    '',
    `${accepted ? 'accepted ' : ''}${severity}: ${singleLine(code, 200)}`,
    `subject: ${singleLine(subject, 1_000)}`,
    singleLine(message, 2_000),
    ...(cause === undefined ? [] : [`because ${causeText(cause)}`]),
    ...[acceptanceText(finding) ?? []].flat(),
    `before: ${valueText(expected, 1_500)}`,
    `after: ${valueText(actual, 1_500)}`,
  ];
}
