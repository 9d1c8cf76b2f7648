import { isDeepStrictEqual } from 'node:util';
import { acceptGone } from './accept/accept-gone.ts';
import type { Accepting } from './accept/acceptance.ts';
import { markAccepted } from './accept/mark-accepted.ts';
import { looks } from './check.ts';
import type { Judgement, Observed, Written } from './check.ts';
import type { Finding } from './finding.ts';
import type { Json } from './json.ts';
import type { CheckObservation, Manifest } from './manifest.ts';
import { messageOf } from './message-of.ts';
import type { PlannedCheck } from './plan.ts';
import type { ReportCheck } from './report.ts';
import { skippedByTier, tellSample } from './tier/tier-checks.ts';
import { differentTier } from './tier/verify-tier.ts';
import { sameSelection, selectionText } from './selection/table-selection.ts';
import { verdictOf } from './verdict.ts';

/**
 * Judges two manifests with every planned check. Pure: reads nothing, so that any two manifests can be judged at any time.
 *
 * A check without a sound observation on both sides is `unverified`, with the reason.
 *
 * @param accepting known differences, which are shown and fail nothing; none unless given
 */
export function judge(
  before: Manifest,
  after: Manifest,
  checks: readonly PlannedCheck[],
  accepting: Accepting = NOTHING_ACCEPTED,
): readonly ReportCheck[] {
  const incomparable =
    differentPrelude(before, after) ?? differentSelection(before, after) ?? differentTier(before, after);
  const judged = checks.map((planned) => {
    if (incomparable !== undefined) return unverified(planned, incomparable);
    return (
      skippedByTier(planned, before.tier) ??
      tellSample(judgeOne(planned, before, after, accepting), planned, before.sample)
    );
  });
  return acceptGone(judged);
}

const NOTHING_ACCEPTED: Accepting = { acceptances: [], today: '' };

/** A check that was planned and could not be judged. */
export function unverified({ check }: PlannedCheck, reason: string): ReportCheck {
  return {
    name: check.name,
    summary: check.summary,
    verdict: 'unverified',
    reason,
    subjects: [],
    findings: [],
    notes: [],
  };
}

/** What a manifest holds and nobody was asked to judge: a pass must not seem to speak of that too. */
export function leftUnjudged(before: Manifest, checks: readonly PlannedCheck[]): readonly ReportCheck[] {
  const planned = new Set(checks.map(({ check }) => check.name));
  return Object.keys(before.checks)
    .filter((name) => !planned.has(name))
    .map((name) => ({
      name,
      summary: 'In the manifest, and left out here',
      verdict: 'skipped',
      reason:
        'The manifest has an entry of this check, which was left out by the options or the config, so it was not tested.',
      subjects: [],
      findings: [],
      notes: [],
    }));
}

function judgeOne(planned: PlannedCheck, before: Manifest, after: Manifest, accepting: Accepting): ReportCheck {
  const { check, options } = planned;
  const sides = [soundObservation(planned, before, 'before'), soundObservation(planned, after, 'after')] as const;
  for (const side of sides) if (typeof side === 'string') return unverified(planned, side);
  const [observedBefore, observedAfter] = sides as readonly [Observed, Observed];
  try {
    const answer = check.judge({ before: observedBefore, after: observedAfter, options });
    return toReportCheck(planned, isFindings(answer) ? judgementOf(answer) : answer, accepting);
  } catch (error) {
    return unverified(
      planned,
      `The check itself failed while judging: ${messageOf(error)}. This is a defect of the check ${check.name}; please report it.`,
    );
  }
}

function toReportCheck({ check }: PlannedCheck, judgement: Judgement, accepting: Accepting): ReportCheck {
  const { subjects, skipped, notes = [], part, since } = judgement;
  const findings = markAccepted(check.name, judgement.findings, accepting);
  const [verdict, reason] = verdictOf({ ...judgement, findings });
  return {
    name: check.name,
    summary: part === undefined ? check.summary : `${part}: ${check.summary}`,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(since === undefined ? {} : { since }),
    subjects: skipped === undefined ? subjects : [],
    findings,
    notes,
  };
}

/** The observation of one side, or why there is none that can be judged. */
function soundObservation(
  { check, options }: PlannedCheck,
  manifest: Manifest,
  side: 'before' | 'after',
): Observed | string {
  const observed: CheckObservation | undefined = manifest.checks[check.name];
  const written = check.write && side === 'after' ? writtenOf(observed) : undefined;
  if (typeof written === 'string') return written;
  const wrote = written === undefined ? {} : { written };
  // What only writes needs nothing of either capture.
  if (!looks(check)) return { observation: null, tables: {}, ...wrote };
  if (!observed)
    return `The manifest "${side}" holds no observation of ${check.name}: capture that side again with this check.`;
  if (observed.error !== undefined) return `Observing "${side}" failed: ${observed.error}`;
  if (!isDeepStrictEqual(observed.options, options)) {
    return `The manifest "${side}" was captured with other options of ${check.name}: capture that side again, or judge with the options ${JSON.stringify(observed.options)}.`;
  }
  return { observation: observed.observation, tables: observed.tables, ...wrote };
}

/** What a check saw by writing, or why it could not be tried. */
function writtenOf(observed: CheckObservation | undefined): Written | string {
  const { written } = observed ?? {};
  if (written === undefined)
    return { skipped: 'Only a manifest of the restored database was judged, so nothing could be written.' };
  return 'error' in written ? `Writing to the restored database failed: ${written.error}` : written;
}

/** The text of values depends on the pinned settings: two sides pinned differently cannot be compared. */
function differentPrelude(before: Manifest, after: Manifest): string | undefined {
  for (const [name, value] of Object.entries(before.prelude)) {
    const other = after.prelude[name];
    if (other !== undefined && other !== value) {
      return `The two sides were read with different settings (${name}: ${value} before, ${other} after), so their texts cannot be compared: capture both with the same version of pgdrill.`;
    }
  }
  return undefined;
}

/** Tables that were left out of one side alone would look missing, or unexpected. */
function differentSelection(before: Manifest, after: Manifest): string | undefined {
  const selections = [before.selection ?? null, after.selection ?? null] as const;
  if (sameSelection(...selections)) return undefined;
  const [had, has] = selections.map(selectionText);
  return `The two sides hold different tables (before: ${had}; after: ${has}), so they cannot be compared: capture one of them again.`;
}

function isFindings(answer: Judgement | readonly Finding[]): answer is readonly Finding[] {
  return Array.isArray(answer);
}

/** A check that returns findings alone has judged the database as a whole, and what its findings name. */
function judgementOf(findings: readonly Finding[]): Judgement {
  const names = new Set(findings.map(({ subject }) => subject));
  const subjects = (names.size === 0 ? ['database'] : [...names]).map((name) => ({
    name,
    before: null as Json,
    after: null as Json,
  }));
  return { subjects, findings };
}
