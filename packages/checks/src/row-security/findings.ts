import { catalogueFindings, commentFinding } from '../catalogue/catalogue-findings.ts';
import type { CatalogueFindings, SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `row-security`, with its wording. */
export const rowSecurityFindings: CatalogueFindings &
  Readonly<Record<'comment' | 'disabled' | 'notForced', SubjectFinding>> = {
  ...catalogueFindings('row-security'),
  comment: commentFinding('row-security'),
  disabled: {
    code: 'row-security/disabled',
    message: (subject) =>
      `The ${subject} was enabled and is not any more: whoever may read the table sees every row, whatever its policies say.`,
  },
  notForced: {
    code: 'row-security/not-forced',
    message: (subject) => `The ${subject} was forced and is not any more: the owner of the table sees every row.`,
  },
};
