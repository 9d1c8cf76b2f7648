import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { indexesFindings } from './indexes/findings.ts';
import { indexKind } from './indexes/index-kind.ts';

/** Proves that every index is there, with the definition that it had, and can be used. */
export const indexes: Check<CatalogueObservation> = catalogueCheck({
  name: 'indexes',
  summary: 'Every index is there, as before, and valid',
  cost: 'One query of the catalogue; no rows.',
  kinds: [indexKind],
  findings: indexesFindings,
});
