import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { sequencesFindings } from './sequences/findings.ts';
import { readStates } from './sequences/read-states.ts';
import { sequenceKind } from './sequences/sequence-kind.ts';

/** Proves that every sequence is there, as it was, and gives values that are still free. */
export const sequences: Check<CatalogueObservation> = catalogueCheck({
  name: 'sequences',
  summary: 'Every sequence is there, and gives values that are still free',
  cost: 'Two queries of the catalogue, a look at each sequence, and the greatest value of each column that one feeds: by its index, else in the shared scan.',
  readsRows: () => true,
  kinds: [sequenceKind],
  findings: sequencesFindings,
  // Before the backup reads them, or hardly after: others may go on drawing values.
  prepare: async (db, context) => {
    await readStates(db, context);
  },
});
