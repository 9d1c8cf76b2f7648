import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { triggersFindings } from './triggers/findings.ts';
import { triggerKind } from './triggers/trigger-kind.ts';

/** Proves that every trigger is there, with the definition that it had, and fires when it did. */
export const triggers: Check<CatalogueObservation> = catalogueCheck({
  name: 'triggers',
  summary: 'Every trigger is there, and fires as before',
  cost: 'One query of the catalogue; no rows.',
  kinds: [triggerKind],
  findings: triggersFindings,
});
