import { defineCheck } from '@pgdrill/core';
import type { Check } from '@pgdrill/core';
import { judgeKinds } from './catalogue/judge-kinds.ts';
import { observeKinds } from './catalogue/observe-kinds.ts';
import { checkBtrees } from './indexes/check-btrees.ts';
import { indexesFindings } from './indexes/findings.ts';
import { indexKind } from './indexes/index-kind.ts';
import { judgeBtrees } from './indexes/judge-btrees.ts';
import type { IndexesObservation } from './indexes/observation.ts';
import { indexesOptionsSchema } from './indexes/options.ts';
import type { IndexesOptions } from './indexes/options.ts';

const KINDS = [indexKind];

/** Proves that every index is there, with the definition that it had, and can be used. */
export const indexes: Check<IndexesObservation, IndexesOptions> = defineCheck({
  name: 'indexes',
  summary: 'Every index is there, as before, and valid',
  cost: 'One query of the catalogue; with amcheck, one reading of every B-tree and its table.',
  optionsSchema: indexesOptionsSchema,
  readsRows: ({ amcheck = false }) => amcheck,
  observe: async (db, { amcheck = false }, context) => ({
    ...(await observeKinds(db, KINDS, context)),
    btrees: amcheck ? await checkBtrees(db, context) : null,
  }),
  judge({ before: { observation: before }, after: { observation: after } }) {
    const judged = judgeKinds(before, after, KINDS, indexesFindings);
    if (!before.btrees || !after.btrees) return judged;
    const { subjects, findings } = judgeBtrees(before.btrees, after.btrees);
    return { ...judged, subjects: [...judged.subjects, ...subjects], findings: [...judged.findings, ...findings] };
  },
});
