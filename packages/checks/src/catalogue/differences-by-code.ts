import type { Json, Severity } from '@pgdrill/core';
import { differentFacts } from './different-facts.ts';
import type { CatalogueFindings, Difference, Facts, ObjectPair } from './object-kind.ts';

/** A code for some of the facts of an object, and what it says of those that differ. */
export interface FactsFinding {
  readonly code: string;
  /** An error unless given. */
  readonly severity?: Severity;
  message(subject: string, facts: string): string;
}

/** The facts that are not the same on both sides, in one difference for each code. */
export function differencesByCode(pair: ObjectPair, codeOf: (fact: string) => FactsFinding): readonly Difference[] {
  const byCode = Map.groupBy(differentFacts(pair), codeOf);
  return [...byCode].map(([{ code, severity = 'error', message }, facts]) => ({
    code,
    severity,
    expected: shown(facts, pair.before),
    actual: shown(facts, pair.after),
    message: message(pair.subject, facts.join(', ')),
  }));
}

/** The facts that are not the same on both sides, all under one code. */
export function differingFacts(
  pair: ObjectPair,
  { differs }: Pick<CatalogueFindings, 'differs'>,
): readonly Difference[] {
  return differencesByCode(pair, () => differs);
}

function shown(facts: readonly string[], side: Facts): Json {
  return Object.fromEntries(facts.map((fact) => [fact, side[fact] ?? null]));
}
