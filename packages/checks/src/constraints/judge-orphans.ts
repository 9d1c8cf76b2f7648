import type { Finding, Judgement, Subject } from '@pgdrill/core';
import { ownValue } from '../catalogue/own-value.ts';
import { constraintKind } from './constraint-kind.ts';
import { constraintsFindings } from './findings.ts';
import type { ConstraintsObservation, Orphans } from './observation.ts';

/** What is said of the foreign keys whose violations were counted, or were not. */
export function judgeOrphans(
  before: ConstraintsObservation,
  after: ConstraintsObservation,
): Pick<Judgement, 'subjects' | 'findings'> & { readonly notes: readonly string[] } {
  const names = Object.keys(after.orphans);
  return {
    subjects: [
      { name: 'foreign keys, rows checked', before: counted(before), after: counted(after) },
      ...Object.keys({ ...before.orphans, ...after.orphans }).flatMap((name) => uncounted(name, before, after)),
    ],
    findings: names.flatMap((name) => judgeOne(name, ownValue(before.orphans, name), ownValue(after.orphans, name))),
    notes: [...tooLarge(names.filter((name) => isTooLarge(after.orphans[name]))), ...grown(before, after)],
  };
}

function counted({ orphans }: ConstraintsObservation): number {
  return Object.values(orphans).filter(({ rows }) => rows !== undefined).length;
}

/** Left uncounted for the size of its tables. */
function isTooLarge(orphans: Orphans | undefined): boolean {
  return orphans?.larger === true && orphans.rows === undefined && orphans.error === undefined;
}

function tooLarge({ length }: readonly string[]): readonly string[] {
  if (length === 0) return [];
  const keys = length === 1 ? '1 foreign key was' : `${length} foreign keys were`;
  return [
    `${keys} not counted, since a table is larger than 64 MB: whether rows refer to nothing is not known. The option orphans: 'always' counts them.`,
  ];
}

/** What is not counted after by its own growth alone is outside of what was asked for, as it would be had it always been so large. */
function grown(before: ConstraintsObservation, after: ConstraintsObservation): readonly string[] {
  const names = Object.keys(after.orphans).filter(
    (name) => isTooLarge(after.orphans[name]) && isSmallAndCounted(ownValue(before.orphans, name)),
  );
  return names.length === 0
    ? []
    : [`Counted before and not after, since a table has grown past 64 MB: ${names.join(', ')}.`];
}

function isSmallAndCounted(orphans: Orphans | undefined): boolean {
  return orphans?.rows !== undefined && orphans.larger === undefined;
}

function uncounted(name: string, before: ConstraintsObservation, after: ConstraintsObservation): readonly Subject[] {
  const [had, has] = [ownValue(before.orphans, name), ownValue(after.orphans, name)];
  const side = had?.error === undefined ? 'after' : 'before';
  const error = had?.error ?? has?.error;
  const unverified =
    error === undefined
      ? onlyBefore(name, had, after)
      : `The rows that refer to nothing could not be counted ${side}: ${error}`;
  if (unverified === undefined) return [];
  return [{ name: `constraint ${name}`, before: had?.rows ?? null, after: has?.rows ?? null, unverified }];
}

/** Of a key that is gone, or whose table has grown too large, that is said elsewhere. */
function onlyBefore(name: string, had: Orphans | undefined, after: ConstraintsObservation): string | undefined {
  const has = ownValue(after.orphans, name);
  const observed = after.kinds[constraintKind.kind];
  const isThere = observed?.error === undefined && ownValue(observed?.objects ?? {}, name) !== undefined;
  if (had?.rows === undefined || has?.rows !== undefined || !isThere) return undefined;
  if (isTooLarge(has) && isSmallAndCounted(had)) return undefined;
  return `The rows that refer to nothing were counted before, and not after: capture both sides with the same option orphans.`;
}

/** A side where a table is too large was not counted: violations on the other are then told against none. */
function judgeOne(name: string, had: Orphans | undefined, has: Orphans | undefined): readonly Finding[] {
  if (has?.rows === undefined || has.rows === '0' || had?.error !== undefined) return [];
  const subject = `constraint ${name}`;
  const isMore = had?.rows === undefined || BigInt(has.rows) > BigInt(had.rows);
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
