import { shortTier, sinceText } from './scope.ts';
import type { SecondLook } from './second-look.ts';
import { tally } from './tally.ts';
import { countText, wholeText } from './units.ts';

/** The end of a report, in words that every reporter shares. */
export interface Conclusion {
  /** `PASSED`, `FAILED`, `UNVERIFIED` or `INTERRUPTED`. */
  readonly word: string;
  /** What the word rests on: one clause with the numbers, without a full stop. */
  readonly because: string;
  /** What to do now: whole sentences. */
  readonly next: string;
}

/** Draws the conclusion: never more than what was tested. */
export function conclude(look: SecondLook): Conclusion {
  const { verdict, interrupted, exitCode, report } = look;
  const status = `${shortTier(report)}, exit status ${exitCode}`;
  if (verdict === 'failed') return { word: 'FAILED', because: `${failures(look)}, ${status}`, next: NEXT_FAILED };
  if (interrupted) return { word: 'INTERRUPTED', because: `nothing is proven, ${status}`, next: NEXT_INTERRUPTED };
  if (verdict === 'unverified') {
    return {
      word: 'UNVERIFIED',
      because: `${gaps(look)}, ${status}`,
      next: report.error ? NEXT_ENDED : NEXT_UNVERIFIED,
    };
  }
  return { word: 'PASSED', because: `${passes(look)}, ${status}`, next: nextPassed(look) };
}

const NEXT_FAILED =
  'Do not rely on this backup until every error above is explained. Each code is explained on the page of its check in the documentation.';
const NEXT_INTERRUPTED =
  'The drill was stopped before it could judge, so it says nothing about the backup. Run it again.';
const NEXT_ENDED =
  'The drill ended before it could judge, so it says nothing about the backup. Remedy the cause named above and run it again.';
const NEXT_UNVERIFIED =
  'Nothing was found to be wrong, but not everything could be looked at, so this is no proof. Remedy what is named above and run the drill again.';

/** What a pass in each tier says nothing about. */
const UNTESTED = {
  full: '',
  sample: ' What is not in the sample was counted, and not compared.',
  counts: ' Rows were counted only: what is in them was not compared.',
} as const;

function nextPassed({ checks, report }: SecondLook): string {
  const skipped = checks.filter(({ verdict }) => verdict === 'skipped').length;
  const leftOut = report.selection === undefined ? '' : ' Of the tables that were left out nothing was tested.';
  const since = sinceText(report);
  const proven =
    'Nothing. This proves this one backup, in what the checks above looked at; the next backup wants its own drill.' +
    UNTESTED[report.tier] +
    (since === undefined ? '' : ` Hash chains were recomputed outside the database only ${since}.`) +
    leftOut +
    (tally(checks).accepted === 0 ? '' : ' What is accepted differs all the same.');
  if (skipped === 0) return proven;
  return `${proven} What ${countText(skipped, 'skipped check')} would have looked at was not tested.`;
}

function acceptedText(count: number): string {
  return countText(count, 'accepted difference');
}

function failures({ checks, report }: SecondLook): string {
  const { checks: by, findings, accepted, judged } = tally(checks);
  const parts = [
    `${wholeText(by.failed)} of ${countText(judged, 'check')} failed with ${countText(findings.error, 'error')}`,
  ];
  if (by.unverified > 0) parts.push(`${wholeText(by.unverified)} could not be judged`);
  if (accepted > 0) parts.push(acceptedText(accepted));
  if (report.error) parts.push(`the drill ended early in the phase ${report.error.phase}`);
  return parts.join(', ');
}

function gaps({ checks, report }: SecondLook): string {
  const { checks: by, judged } = tally(checks);
  if (report.error) return `nothing is proven: the drill ended early in the phase ${report.error.phase}`;
  if (judged === 0) return 'nothing is proven: no check judged anything';
  if (by.unverified === 0) return 'nothing is proven';
  return `${wholeText(by.unverified)} of ${countText(judged, 'check')} could not be judged`;
}

function passes({ checks, report }: SecondLook): string {
  const { checks: by, findings, accepted } = tally(checks);
  const parts = [`${countText(by.passed, 'check')} passed`];
  if (by.skipped > 0) parts.push(`${wholeText(by.skipped)} skipped`);
  if (accepted > 0) parts.push(acceptedText(accepted));
  if (findings.warning > 0) parts.push(countText(findings.warning, 'warning'));
  if (findings.notice > 0) parts.push(countText(findings.notice, 'notice'));
  const leftOut = report.selection?.leftOut?.length ?? 0;
  if (leftOut > 0) parts.push(`${countText(leftOut, 'table')} left out`);
  return parts.join(', ');
}
