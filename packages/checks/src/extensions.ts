import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { extensionKind } from './extensions/extension-kind.ts';
import { extensionsFindings } from './extensions/findings.ts';

/** Proves that every extension is there, in the version that it had. */
export const extensions: Check<CatalogueObservation> = catalogueCheck({
  name: 'extensions',
  summary: 'Every extension is there, in the same version',
  cost: 'One query of the catalogue; no rows.',
  kinds: [extensionKind],
  findings: extensionsFindings,
});
