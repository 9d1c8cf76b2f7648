import { differingFacts } from './differences-by-code.ts';
import type { CatalogueFindings, Difference, ObjectKind, ObjectPair, SubjectFinding } from './object-kind.ts';

/** A fact that is a note on an object, such as `comment`, and what is said where it is not the same. */
export type Note = readonly [fact: string, finding: SubjectFinding];

/** The same kind, whose notes have codes of their own: whoever leaves comments out of a dump can accept that, and nothing else. */
export function withNotes(kind: ObjectKind, notes: readonly Note[], findings: CatalogueFindings): ObjectKind {
  const others = kind.judgePair ?? ((pair: ObjectPair) => differingFacts(pair, findings));
  return {
    ...kind,
    uncompared: [...(kind.uncompared ?? []), ...notes.map(([fact]) => fact)],
    judgePair: (pair) => [...others(pair), ...differingNotes(pair, notes)],
  };
}

function differingNotes({ before, after, subject }: ObjectPair, notes: readonly Note[]): readonly Difference[] {
  return notes
    .filter(([fact]) => before[fact] !== after[fact])
    .map(([fact, { code, message }]) => ({
      code,
      expected: before[fact] ?? null,
      actual: after[fact] ?? null,
      message: message(subject),
    }));
}

/** A kind whose objects may have comments, as the fact `comment`. */
export function withComments(
  kind: ObjectKind,
  findings: CatalogueFindings & { readonly comment: SubjectFinding },
): ObjectKind {
  return withNotes(kind, [['comment', findings.comment]], findings);
}
