import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { defaultKind } from './privileges/default-kind.ts';
import { privilegesFindings } from './privileges/findings.ts';
import { ownedKind } from './privileges/owned-kind.ts';
import { roleKind } from './privileges/role-kind.ts';

/** Proves that everything belongs to whom it did, and that every role may do what it might. */
export const privileges: Check<CatalogueObservation> = catalogueCheck({
  name: 'privileges',
  summary: 'Everything belongs to whom it did, and every role may do what it might',
  cost: 'Three queries of the catalogue; no rows.',
  kinds: [ownedKind, defaultKind, roleKind],
  // Each kind says all in codes of its own: what is missing is said by the check of its kind.
  findings: {
    missing: privilegesFindings.roleMissing,
    unexpected: privilegesFindings.roleMissing,
    differs: privilegesFindings.roleDiffers,
  },
});
