import type { ObjectKind } from '../catalogue/object-kind.ts';
import { withNotes } from '../catalogue/with-notes.ts';
import { schemaFindings } from './findings.ts';
import { sameDeparse } from './same-deparse.ts';

/** A kind of object of the check `schema`: comments and security labels have codes of their own. */
export function schemaKind(kind: ObjectKind): ObjectKind {
  const { comment, securityLabel } = schemaFindings;
  const notes = [['comment', comment] as const, ['security label', securityLabel] as const];
  return withNotes({ normalise: sameDeparse, ...kind }, notes, schemaFindings);
}
