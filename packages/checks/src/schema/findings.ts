import { catalogueFindings, commentFinding } from '../catalogue/catalogue-findings.ts';
import type { CatalogueFindings, SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `schema`, with its wording. */
export const schemaFindings: CatalogueFindings &
  Readonly<
    Record<
      'comment' | 'securityLabel' | 'subscriptionDisabled' | 'collationVersion' | 'collationOutdated',
      SubjectFinding
    >
  > = {
  ...catalogueFindings('schema'),
  comment: commentFinding('schema'),
  securityLabel: {
    code: 'schema/security-label-differs',
    message: (subject) => `The security labels of ${subject} are others than before.`,
  },
  subscriptionDisabled: {
    code: 'schema/subscription-disabled',
    message: (subject) =>
      `The ${subject} is there but disabled: pg_dump writes it with "connect = false", so that no restored copy takes changes that are meant for the original.`,
  },
  collationVersion: {
    code: 'schema/collation-version-differs',
    message: (subject) =>
      `The ${subject} sorts by another version of its library than before: the order of texts may be another.`,
  },
  collationOutdated: {
    code: 'schema/collation-outdated',
    message: (subject) =>
      `The ${subject} was recorded with another version of its library than this server has, as when files come from another system: indexes over it are out of order until they are built anew.`,
  },
};
