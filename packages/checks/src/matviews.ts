import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { matviewsFindings } from './matviews/findings.ts';
import { matviewKind } from './matviews/matview-kind.ts';

/** Proves that every materialised view that could be queried still can. */
export const matviews: Check<CatalogueObservation> = catalogueCheck({
  name: 'matviews',
  summary: 'Every materialised view that was populated still is',
  cost: 'One query of the catalogue; no rows.',
  kinds: [matviewKind],
  // One that is gone, or new, is said by other checks.
  findings: {
    missing: matviewsFindings.unpopulated,
    unexpected: matviewsFindings.unpopulated,
    differs: matviewsFindings.unpopulated,
  },
});
