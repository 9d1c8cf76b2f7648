import type { Json, ReportCheck } from '@pgdrill/core';
import { gravestOf } from '../gravest.ts';
import type { ListedSubject } from '../listed.ts';
import { singleLine } from '../single-line.ts';
import { valueText } from '../value-text.ts';
import { isNarrow, sidesOf } from './before-and-after.ts';
import type { Sides } from './before-and-after.ts';
import { displayWidth } from './display-width.ts';
import { FINDINGS, VERDICTS } from './paint.ts';
import type { Sign } from './paint.ts';

/** One thing that a check judged, ready to be set. */
export interface SubjectRow {
  readonly name: string;
  readonly sides: Sides;
  /** The facts one by one, where both sides are made of several and differ. */
  readonly facts: readonly Fact[];
  /** Why it could not be judged, unless the check's own reason says it. */
  readonly open?: string;
  /** Of the gravest thing that was found about it. */
  readonly mark: Sign | undefined;
}

/** One of several facts about a subject. */
export interface Fact {
  readonly name: string;
  readonly sides: Sides;
}

/** Sets one subject's texts. */
export function subjectRow({ subject, findings }: ListedSubject, check: ReportCheck): SubjectRow {
  const { name, before, after, unverified } = subject;
  const told = unverified === undefined || check.reason?.includes(unverified) === true;
  const open = told ? {} : { open: singleLine(unverified) };
  const gravest = gravestOf(findings);
  const mark = gravest !== 'error' && unverified !== undefined ? VERDICTS.unverified : gravest && FINDINGS[gravest];
  return { name: singleLine(name, 500), sides: sidesOf(before, after), facts: factsOf(before, after), ...open, mark };
}

/** How wide the names of a row are that share the first column. */
export function namesOf({ name, sides, facts }: SubjectRow): readonly number[] {
  if (isNarrow(sides)) return [displayWidth(name)];
  return facts.filter((fact) => isNarrow(fact.sides)).map((fact) => displayWidth(fact.name) + 2);
}

/** The values of a row that stand in the two columns. */
export function valuesOf({ sides, facts }: SubjectRow): readonly Sides[] {
  if (isNarrow(sides)) return [sides];
  return facts.filter((fact) => isNarrow(fact.sides)).map((fact) => fact.sides);
}

function factsOf(before: Json, after: Json): readonly Fact[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].slice(0, 20);
  const facts = names.map((name) => ({
    name: valueText(name, 200),
    sides: sidesOf(own(before, name), own(after, name)),
  }));
  return facts.some(({ sides }) => sides.before !== sides.after) ? facts : [];
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A key such as `constructor` is only there when the record itself has it. */
function own(record: { readonly [key: string]: Json }, name: string): Json {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}
