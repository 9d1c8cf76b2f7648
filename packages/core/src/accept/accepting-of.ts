import type { DrillPlan } from '../plan.ts';
import type { Acceptance, Accepting } from './acceptance.ts';

/** What the plan of a judgement says on known differences. */
interface AcceptingPlan {
  readonly accept?: readonly Acceptance[] | undefined;
  /** How the backup on trial is taken and restored, where that is known. */
  readonly backup?: DrillPlan['backup'] | undefined;
  readonly selection?: DrillPlan['selection'];
  readonly target?: DrillPlan['target'];
}

/**
 * What a drill accepts: what the user wrote down, then what follows from the options of the backup.
 *
 * @param startedAt RFC 3339, UTC: what lapses, lapses by the day on which the drill began
 * @throws UsageError as the backup method does, for options that cannot work
 */
export function acceptingOf({ accept = [], backup, selection, target }: AcceptingPlan, startedAt: string): Accepting {
  const expected =
    backup?.method.expectedDifferences?.(backup.options, {
      someTables: (selection?.tables.length ?? 0) > 0,
      inPlace: target?.kind === 'in-place',
    }) ?? [];
  return {
    acceptances: [
      ...accept.map((acceptance) => ({ ...acceptance, from: 'config' as const })),
      ...expected.map((acceptance) => ({ ...acceptance, from: 'options' as const })),
    ],
    today: startedAt.slice(0, 'YYYY-MM-DD'.length),
  };
}
