import type { Finding, Subject } from '@pgdrill/core';
import { constraintsFindings } from './findings.ts';
import type { ConstraintsObservation, Orphans } from './observation.ts';

/** What is said of the foreign keys whose violations were counted. */
export function judgeOrphans(
  before: ConstraintsObservation,
  after: ConstraintsObservation,
): { readonly subjects: readonly Subject[]; readonly findings: readonly Finding[] } {
  const names = Object.keys(after.orphans);
  return {
    subjects: [
      {
        name: 'foreign keys, rows checked',
        before: Object.keys(before.orphans).length,
        after: names.length,
      },
      ...Object.keys({ ...before.orphans, ...after.orphans }).flatMap((name) =>
        uncounted(name, before.orphans[name], after.orphans[name]),
      ),
    ],
    findings: names.flatMap((name) => judgeOne(name, before.orphans[name], after.orphans[name])),
  };
}

function uncounted(name: string, had: Orphans | undefined, has: Orphans | undefined): readonly Subject[] {
  const side = had?.error === undefined ? 'after' : 'before';
  const error = had?.error ?? has?.error;
  if (error === undefined) return [];
  const unverified = `The rows that refer to nothing could not be counted ${side}: ${error}`;
  return [{ name: `constraint ${name}`, before: had?.rows ?? null, after: has?.rows ?? null, unverified }];
}

/** A side where a table is too large was not counted: violations on the other are then told against none. */
function judgeOne(name: string, had: Orphans | undefined, has: Orphans | undefined): readonly Finding[] {
  if (has?.rows === undefined || has.rows === '0' || had?.error !== undefined) return [];
  const subject = `constraint ${name}`;
  const isMore = had === undefined || BigInt(has.rows) > BigInt(had.rows);
  const { code, message } = isMore ? constraintsFindings.orphans : constraintsFindings.orphansBefore;
  const expected = had?.rows ?? null;
  return [
    {
      code,
      severity: isMore ? 'error' : 'warning',
      subject,
      expected,
      actual: has.rows,
      message: message(subject, expected, has.rows),
    },
  ];
}
