import { differingFacts } from '../catalogue/differences-by-code.ts';
import type { Difference, ObjectPair, SubjectFinding } from '../catalogue/object-kind.ts';
import { constraintsFindings } from './findings.ts';

/** A constraint that is there on both sides: does it still hold for every row, and is it the same? */
export function judgeConstraint(pair: ObjectPair): readonly Difference[] {
  const { before, after, subject } = pair;
  const { notValidated, notValidatedBefore, notEnforced } = constraintsFindings;
  const say = (
    { code, message }: SubjectFinding,
    severity: 'error' | 'notice',
    expected: string,
    actual: string,
  ): Difference => ({
    code,
    severity,
    expected,
    actual,
    message: message(subject),
  });
  const found: Difference[] = [];
  if (after['validated'] !== undefined)
    found.push(
      before['validated'] === undefined
        ? say(notValidated, 'error', 'validated', 'NOT VALID')
        : say(notValidatedBefore, 'notice', 'NOT VALID', 'NOT VALID'),
    );
  if (before['enforced'] === undefined && after['enforced'] !== undefined)
    found.push(say(notEnforced, 'error', 'enforced', 'triggers disabled'));
  return [...found, ...differingFacts(pair, constraintsFindings)];
}
