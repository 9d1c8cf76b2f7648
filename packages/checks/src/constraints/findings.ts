import { catalogueFindings, commentFinding } from '../catalogue/catalogue-findings.ts';
import type { CatalogueFindings, SubjectFinding } from '../catalogue/object-kind.ts';

/** A code, and what it says of so many rows. */
export interface OrphansFinding {
  readonly code: string;
  message(subject: string, before: string | null, after: string): string;
}

/** Every finding code of the check `constraints`, with its wording. */
export const constraintsFindings: CatalogueFindings &
  Readonly<Record<'comment' | 'notValidated' | 'notValidatedBefore' | 'notEnforced', SubjectFinding>> &
  Readonly<Record<'orphans' | 'orphansBefore', OrphansFinding>> = {
  ...catalogueFindings('constraints'),
  comment: commentFinding('constraints'),
  notValidated: {
    code: 'constraints/not-validated',
    message: (subject) => `The ${subject} was validated and is NOT VALID now: rows that it forbids may be there.`,
  },
  notValidatedBefore: {
    code: 'constraints/not-validated-before',
    message: (subject) =>
      `The ${subject} is NOT VALID, as it was before the backup: rows that it forbids travel along, and no restore tells.`,
  },
  notEnforced: {
    code: 'constraints/not-enforced',
    message: (subject) =>
      `The ${subject} is there, but PostgreSQL's own triggers that enforce it are disabled, as pg_restore --disable-triggers does.`,
  },
  orphans: {
    code: 'constraints/orphans',
    message: (subject, before, after) =>
      `The ${subject} is violated by ${rows(after)}, ${before === null ? 'and was not counted before' : `before by ${before}`}: what they refer to is not there.`,
  },
  orphansBefore: {
    code: 'constraints/orphans-before',
    message: (subject, before, after) =>
      `The ${subject} is violated by ${rows(after)}; before the backup it was by ${before}, so they came from the source.`,
  },
};

function rows(count: string): string {
  return count === '1' ? '1 row' : `${count} rows`;
}
