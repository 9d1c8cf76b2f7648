import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { largeObjectsFindings } from './large-objects/findings.ts';
import { largeObjectKind } from './large-objects/large-object-kind.ts';

/** Proves that every large object is there, byte for byte, with its owner and its privileges. */
export const largeObjects: Check<CatalogueObservation> = catalogueCheck({
  name: 'large-objects',
  summary: 'Every large object is there, byte for byte',
  cost: 'Reads every large object once, on the server: about 100 MB a second.',
  readsRows: () => true,
  kinds: [largeObjectKind],
  findings: largeObjectsFindings,
});
