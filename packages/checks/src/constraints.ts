import { defineCheck } from '@pgdrill/core';
import type { Check } from '@pgdrill/core';
import { judgeKinds } from './catalogue/judge-kinds.ts';
import { observeKinds } from './catalogue/observe-kinds.ts';
import { constraintKind } from './constraints/constraint-kind.ts';
import { countOrphans } from './constraints/count-orphans.ts';
import { constraintsFindings } from './constraints/findings.ts';
import { judgeOrphans } from './constraints/judge-orphans.ts';
import type { ConstraintsObservation } from './constraints/observation.ts';
import { constraintsOptionsSchema } from './constraints/options.ts';
import type { ConstraintsOptions } from './constraints/options.ts';

const KINDS = [constraintKind];

/** Proves that every constraint is there, as it was, and that foreign keys are not violated by rows that a restore let in. */
export const constraints: Check<ConstraintsObservation, ConstraintsOptions> = defineCheck({
  name: 'constraints',
  summary: 'Every constraint is there, and holds as before',
  cost: 'One query of the catalogue, and one join per foreign key between tables of up to 64 MB.',
  optionsSchema: constraintsOptionsSchema,
  readsRows: ({ orphans }) => orphans !== 'never',
  observe: async (db, options, context) => ({
    ...(await observeKinds(db, KINDS, context)),
    orphans: await countOrphans(db, options, context),
  }),
  judge({ before, after, options }) {
    const judged = judgeKinds(before.observation, after.observation, KINDS, constraintsFindings);
    if (options.orphans === 'never') return judged;
    const orphans = judgeOrphans(before.observation, after.observation);
    return {
      ...judged,
      subjects: [...judged.subjects, ...orphans.subjects],
      findings: [...judged.findings, ...orphans.findings],
      notes: [...(judged.notes ?? []), ...orphans.notes],
    };
  },
});
