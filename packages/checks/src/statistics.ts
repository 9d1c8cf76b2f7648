import { defineCheck } from '@pgdrill/core';
import type { Check } from '@pgdrill/core';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { observeKinds } from './catalogue/observe-kinds.ts';
import { judgeStatistics } from './statistics/judge-statistics.ts';
import { analysedKinds } from './statistics/analysed-kinds.ts';

/** Tells whether the planner knows as much of the tables as before. */
export const statistics: Check<CatalogueObservation> = defineCheck<CatalogueObservation>({
  name: 'statistics',
  summary: 'The planner has the statistics that it had',
  cost: 'Two queries of the catalogue; no rows.',
  observe: (db, _options, context) => observeKinds(db, analysedKinds, context),
  judge: ({ before, after }) => judgeStatistics(before.observation, after.observation),
});
