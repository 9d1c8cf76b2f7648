import { catalogueFindings, commentFinding } from '../catalogue/catalogue-findings.ts';
import type { FactsFinding } from '../catalogue/differences-by-code.ts';
import type { CatalogueFindings, SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `extensions`, with its wording. */
export const extensionsFindings: CatalogueFindings & {
  readonly comment: SubjectFinding;
  readonly version: FactsFinding;
} = {
  ...catalogueFindings('extensions'),
  comment: commentFinding('extensions'),
  version: {
    code: 'extensions/version-differs',
    message: (subject) =>
      `The ${subject} is of another version than before: a dump names no version, so a restore takes the default of the server that it runs on.`,
  },
};
