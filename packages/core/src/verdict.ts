import type { Judgement } from './check.ts';
import { isFailing, type ReportFinding, type Verdict } from './finding.ts';

/**
 * The verdict that a judgement supports, and why where it is neither `passed` nor `failed`. What is accepted fails nothing, but does not make up for
 * what could not be judged either.
 */
export function verdictOf({
  subjects,
  findings,
  skipped,
}: Pick<Judgement, 'subjects' | 'skipped'> & { readonly findings: readonly ReportFinding[] }): readonly [
  Verdict,
  string?,
] {
  if (findings.some(isFailing)) return ['failed'];
  const open = subjects.filter((subject) => subject.unverified !== undefined);
  if (open.length > 0) {
    const [first] = open;
    return [
      'unverified',
      `${open.length} of ${subjects.length} could not be judged; the first, ${first?.name}: ${first?.unverified}`,
    ];
  }
  if (skipped !== undefined) return ['skipped', skipped];
  if (subjects.length === 0) return ['unverified', 'Nothing was judged: the check found nothing to look at.'];
  return ['passed'];
}
