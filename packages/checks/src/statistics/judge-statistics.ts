import type { Judgement, Subject } from '@pgdrill/core';
import { judgeKinds } from '../catalogue/judge-kinds.ts';
import type { Difference, Facts, ObjectKind, ObjectPair } from '../catalogue/object-kind.ts';
import type { CatalogueObservation } from '../catalogue/observation.ts';
import { analysedKinds } from './analysed-kinds.ts';
import { statisticsFindings } from './findings.ts';

/** Tables that are named one by one. */
const NAMED = 5;

/**
 * One notice for all: after a restore by a `pg_dump` that carries no statistics, every table lacks them. A table that is not there on both sides is
 * said elsewhere.
 */
export function judgeStatistics(before: CatalogueObservation, after: CatalogueObservation): Judgement {
  const kinds = analysedKinds.map((kind): ObjectKind => ({
    ...kind,
    judgePair,
    judgeMissing: none,
    judgeUnexpected: none,
  }));
  const { missing } = statisticsFindings;
  const judged = judgeKinds(before, after, kinds, { missing: SAID, unexpected: SAID, differs: SAID });
  const names = judged.findings.map(({ subject }) => subject);
  const subjects = judged.subjects.map((subject) => withCounts(subject, before, after));
  if (names.length === 0) return { ...judged, subjects };
  const [expected, actual] = [analysed(before), analysed(after)];
  const message = missing.message(names.slice(0, NAMED), names.length);
  return {
    ...judged,
    subjects,
    findings: [{ code: missing.code, severity: 'notice', subject: 'database', expected, actual, message }],
  };
}

const SAID = { code: statisticsFindings.missing.code, message: (subject: string): string => subject };

const none = (): readonly Difference[] => [];

function judgePair({ subject, before, after }: ObjectPair): readonly Difference[] {
  const [expected, actual] = [countOf(before), countOf(after)];
  return actual < expected ? [{ code: SAID.code, expected, actual, message: subject }] : [];
}

function countOf({ analysed: count = '0' }: Facts): number {
  return Number(count);
}

/** How many there are is said by the checks of their kinds; here, how many ANALYZE has looked at. */
function withCounts(subject: Subject, ...sides: readonly CatalogueObservation[]): Subject {
  const kind = analysedKinds.find(({ plural }) => plural === subject.name);
  if (kind === undefined || subject.unverified !== undefined) return subject;
  const [before = null, after = null] = sides.map((side) => analysedOf(side, kind.kind));
  return { ...subject, before, after };
}

function analysed(side: CatalogueObservation): number {
  return analysedKinds.reduce((sum, { kind }) => sum + analysedOf(side, kind), 0);
}

function analysedOf({ kinds }: CatalogueObservation, kind: string): number {
  const observed = kinds[kind];
  if (!observed || observed.error !== undefined) return 0;
  return Object.values(observed.objects).filter(({ facts }) => facts['analysed'] !== undefined).length;
}
