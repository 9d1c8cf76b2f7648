import { looks } from '../check.ts';
import type { PlannedCheck } from '../plan.ts';
import type { ReportCheck } from '../report.ts';
import type { RecordedSample, Tier } from './tier.ts';

/** Does the check read values of rows in the scan, of which a sample holds some? */
function readsValues({ check }: PlannedCheck): boolean {
  return check.measure !== undefined && check.everyRow !== true;
}

/** May the check run in a tier? In `counts`, only what reads no value of any row, be it in the scan or by queries of its own. */
export function isInTier(planned: PlannedCheck, tier: Tier['name']): boolean {
  const { check, options } = planned;
  return tier !== 'counts' || !(readsValues(planned) || check.readsRows?.(options) === true);
}

/** The checks that look at anything in a tier: some only write, after the capture. */
export function checksInTier(checks: readonly PlannedCheck[], tier: Tier['name']): readonly PlannedCheck[] {
  return checks.filter((planned) => looks(planned.check) && isInTier(planned, tier));
}

/** Names of the checks whose measures are taken of every row in a sample too. */
export function namesOfEveryRow(checks: readonly PlannedCheck[]): ReadonlySet<string> {
  return new Set(checks.filter((planned) => !readsValues(planned)).map(({ check }) => check.name));
}

/** The result of a check that a tier leaves out; undefined for all others. */
export function skippedByTier(planned: PlannedCheck, tier: Tier['name']): ReportCheck | undefined {
  if (isInTier(planned, tier)) return undefined;
  const { name, summary } = planned.check;
  const reason =
    'This reads values, and the tier counts reads no value but those of hash chains, so it was not tested.';
  return { name, summary, verdict: 'skipped', reason, subjects: [], findings: [], notes: [] };
}

/** What a check says in a sample: that it did not look at everything, and at what it did. */
export function tellSample(
  result: ReportCheck,
  planned: PlannedCheck,
  sample: RecordedSample | undefined,
): ReportCheck {
  if (sample === undefined || !readsValues(planned)) return result;
  const { percent, seed, tables } = sample;
  const ways = Map.groupBy(Object.values(tables), ({ by }) => by);
  const count = (by: 'range' | 'hash' | 'whole', how: string): readonly string[] => {
    const number = ways.get(by)?.length ?? 0;
    return number === 0 ? [] : [`${number} ${number === 1 ? 'table' : 'tables'} ${how}`];
  };
  const parts = [
    ...count('range', 'by ranges of the primary key'),
    ...count('hash', 'by hashes of the primary key'),
    ...count('whole', 'whole, since small or without a primary key'),
  ];
  return {
    ...result,
    summary: `In a sample of ${percent} %: ${result.summary}`,
    notes: [
      ...result.notes,
      `Only a sample of ${percent} % was looked at (seed ${seed}): ${parts.join(', ')}. What else there is was not tested.`,
    ],
  };
}
