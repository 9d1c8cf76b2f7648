import { defineCheck } from '@pgdrill/core';
import type { Check } from '@pgdrill/core';
import type { CatalogueFindings } from './catalogue/object-kind.ts';
import { judgeKinds } from './catalogue/judge-kinds.ts';
import { observeKinds } from './catalogue/observe-kinds.ts';
import { compareMatviews } from './matviews/compare-matviews.ts';
import { matviewsFindings } from './matviews/findings.ts';
import { judgeFreshness } from './matviews/judge-freshness.ts';
import { matviewKind } from './matviews/matview-kind.ts';
import type { MatviewsObservation } from './matviews/observation.ts';
import { asksFreshness, matviewsOptionsSchema } from './matviews/options.ts';
import type { MatviewsOptions } from './matviews/options.ts';

const KINDS = [matviewKind];

// One that is gone, or new, is said by other checks.
const { unpopulated } = matviewsFindings;
const FINDINGS: CatalogueFindings = { missing: unpopulated, unexpected: unpopulated, differs: unpopulated };

/** Proves that every materialised view that could be queried still can; with `freshness`, that it holds what its query gives. */
export const matviews: Check<MatviewsObservation, MatviewsOptions> = defineCheck({
  name: 'matviews',
  summary: 'Every materialised view that was populated still is',
  cost: 'One query of the catalogue; with freshness, one reading of every materialised view and one run of its query.',
  optionsSchema: matviewsOptionsSchema,
  readsRows: ({ freshness = 'ignore' }) => freshness !== 'ignore',
  observe: async (db, options, context) => ({
    ...(await observeKinds(db, KINDS, context)),
    freshness: asksFreshness(options, context.side) ? await compareMatviews(db, context) : null,
  }),
  judge({ before: { observation: before }, after: { observation: after }, options }) {
    const judged = judgeKinds(before, after, KINDS, FINDINGS);
    const freshness = { before: before.freshness, after: after.freshness };
    const { subjects, findings } = judgeFreshness(freshness, options);
    return { ...judged, subjects: [...judged.subjects, ...subjects], findings: [...judged.findings, ...findings] };
  },
});
