import { catalogueFindings, commentFinding } from '../catalogue/catalogue-findings.ts';
import type { FactsFinding } from '../catalogue/differences-by-code.ts';
import type { CatalogueFindings, SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `large-objects`, with its wording. */
export const largeObjectsFindings: CatalogueFindings & { readonly comment: SubjectFinding } & Readonly<
    Record<'differs' | 'owner' | 'acl', FactsFinding>
  > = {
  ...catalogueFindings('large-objects'),
  comment: commentFinding('large-objects'),
  differs: {
    code: 'large-objects/content-differs',
    message: (subject, facts) => `The ${subject} holds other bytes than before (${facts}).`,
  },
  owner: {
    code: 'large-objects/owner-differs',
    message: (subject) => `The ${subject} belongs to another role than before.`,
  },
  acl: {
    code: 'large-objects/acl-differs',
    message: (subject, changes) => `Not everybody may do with the ${subject} what they might: ${changes}.`,
  },
};
