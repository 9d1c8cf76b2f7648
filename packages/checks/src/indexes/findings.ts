import { catalogueFindings, commentFinding } from '../catalogue/catalogue-findings.ts';
import type { CatalogueFindings, SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `indexes`, with its wording. */
export const indexesFindings: CatalogueFindings &
  Readonly<Record<'comment' | 'invalidNotDumped' | 'invalid' | 'corrupt' | 'corruptBefore', SubjectFinding>> = {
  ...catalogueFindings('indexes'),
  comment: commentFinding('indexes'),
  invalidNotDumped: {
    code: 'indexes/invalid-not-dumped',
    message: (subject) =>
      `The ${subject} is not there any more. It was invalid before the backup, as after a failed CREATE INDEX CONCURRENTLY, and pg_dump leaves such an index out.`,
  },
  invalid: {
    code: 'indexes/invalid',
    message: (subject) => `The ${subject} was valid and is not any more: no query uses it.`,
  },
  corrupt: {
    code: 'indexes/corrupt',
    message: (subject) => `The ${subject} is corrupt, amcheck says: what is read through it may be wrong or not there.`,
  },
  corruptBefore: {
    code: 'indexes/corrupt-before',
    message: (subject) =>
      `The ${subject} was corrupt before the backup, amcheck says, and is not any more: the source still has it.`,
  },
};
