import { differingFacts } from '../catalogue/judge-kinds.ts';
import type { Difference, ObjectKind, ObjectPair } from '../catalogue/object-kind.ts';
import { schemaFindings } from './findings.ts';
import { sameDeparse } from './same-deparse.ts';

const NOTES = [
  ['comment', schemaFindings.comment],
  ['security label', schemaFindings.securityLabel],
] as const;

/** A kind of object of the check `schema`: comments and security labels have codes of their own. */
export function schemaKind(kind: ObjectKind): ObjectKind {
  return {
    normalise: sameDeparse,
    ...kind,
    uncompared: [...(kind.uncompared ?? []), ...NOTES.map(([fact]) => fact)],
    judgePair: (pair) => [...(kind.judgePair ?? differing)(pair), ...differingNotes(pair)],
  };
}

function differing(pair: ObjectPair): readonly Difference[] {
  return differingFacts(pair, schemaFindings);
}

function differingNotes({ before, after, subject }: ObjectPair): readonly Difference[] {
  return NOTES.filter(([fact]) => before[fact] !== after[fact]).map(([fact, { code, message }]) => ({
    code,
    expected: before[fact] ?? null,
    actual: after[fact] ?? null,
    message: message(subject),
  }));
}
