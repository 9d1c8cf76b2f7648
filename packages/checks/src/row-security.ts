import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { rowSecurityFindings } from './row-security/findings.ts';
import { policyKind } from './row-security/policy-kind.ts';
import { tableKind } from './row-security/table-kind.ts';

/** Proves that row security hides the rows that it hid: enabled, forced, by the same policies. */
export const rowSecurity: Check<CatalogueObservation> = catalogueCheck({
  name: 'row-security',
  summary: 'Row security and its policies are as before',
  cost: 'Two queries of the catalogue; no rows.',
  kinds: [tableKind, policyKind],
  findings: rowSecurityFindings,
});
