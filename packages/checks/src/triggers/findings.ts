import { catalogueFindings, commentFinding } from '../catalogue/catalogue-findings.ts';
import type { CatalogueFindings, SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `triggers`, with its wording. */
export const triggersFindings: CatalogueFindings &
  Readonly<Record<'comment' | 'disabled' | 'enabled', SubjectFinding>> = {
  ...catalogueFindings('triggers'),
  comment: commentFinding('triggers'),
  disabled: {
    code: 'triggers/disabled',
    message: (subject) => `The ${subject} is disabled, and was not: what it guards or fills in is no longer so.`,
  },
  enabled: {
    code: 'triggers/enabled',
    message: (subject) => `The ${subject} is enabled, and was not: it now acts on rows that it left alone before.`,
  },
};
