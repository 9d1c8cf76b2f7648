import type { Finding, Subject } from '@pgdrill/core';
import { matviewsFindings } from './findings.ts';
import type { ComparedMatview, MatviewsObservation } from './observation.ts';
import { asksFreshness } from './options.ts';
import type { MatviewsOptions } from './options.ts';

const SIDES = ['before', 'after'] as const;
type Side = (typeof SIDES)[number];
type Freshness = Readonly<Record<Side, MatviewsObservation['freshness'] | undefined>>;

/** Which materialised views hold other rows than their query gives, of the sides that the options ask for. */
export function judgeFreshness(
  freshness: Freshness,
  options: MatviewsOptions,
): { readonly subjects: readonly Subject[]; readonly findings: readonly Finding[] } {
  const asked = SIDES.filter((side) => asksFreshness(options, side));
  if (asked.length === 0) return { subjects: [], findings: [] };
  const fresh = (side: Side): number | null => {
    const compared = asked.includes(side) ? freshness[side] : null;
    return compared ? Object.values(compared).filter((each) => !each.error && !isStale(each)).length : null;
  };
  return {
    subjects: [
      { name: NAME, before: fresh('before'), after: fresh('after') },
      ...asked.flatMap((side) => unverified(side, freshness[side])),
    ],
    findings: asked.flatMap((side) => staleOf(side, freshness[side] ?? {})),
  };
}

const NAME = 'materialized views that hold what their query gives';

function isStale(compared: ComparedMatview): boolean {
  return compared.error === undefined && compared.stored !== compared.now;
}

function staleOf(side: Side, compared: Readonly<Record<string, ComparedMatview>>): readonly Finding[] {
  const { code, message } = side === 'after' ? matviewsFindings.stale : matviewsFindings.wasStale;
  return Object.entries(compared).flatMap(([name, each]): readonly Finding[] => {
    if (each.error !== undefined || !isStale(each)) return [];
    const subject = subjectOf(name);
    const severity = side === 'after' ? 'error' : 'warning';
    return [{ code, severity, subject, expected: each.now, actual: each.stored, message: message(subject) }];
  });
}

function unverified(side: Side, compared: Freshness[Side]): readonly Subject[] {
  const none = { before: null, after: null };
  if (!compared)
    return [{ name: `${NAME}, ${side}`, ...none, unverified: `The manifest "${side}" does not tell: ${CAPTURE}` }];
  return Object.entries(compared).flatMap(([name, { error }]) =>
    error === undefined
      ? []
      : [{ name: subjectOf(name), ...none, unverified: `Its query could not be compared with it ${side}: ${error}` }],
  );
}

const CAPTURE = 'capture that side again with the option freshness: "both" of the check matviews.';

function subjectOf(name: string): string {
  return `materialized view ${name}`;
}
