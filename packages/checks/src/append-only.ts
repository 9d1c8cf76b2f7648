import { defineCheck } from '@pgdrill/core';
import type { Check, Json, Judgement } from '@pgdrill/core';
import { appendOnlyFindings } from './append-only/findings.ts';
import { judgeFunctions } from './append-only/judge-functions.ts';
import { judgeTables } from './append-only/judge-tables.ts';
import type { GuardedChain, GuardsObservation } from './append-only/observation.ts';
import { observeGuards } from './append-only/observe-guards.ts';
import { weakBefore } from './append-only/weak-before.ts';
import { judgeChains } from './chain/judge-chains.ts';
import type { ChainPair, JudgedChain } from './chain/judge-chains.ts';

/** Proves that each chain's table is as well guarded against change as before, by the same triggers, rules, privileges and functions. */
export const appendOnly: Check<GuardsObservation> = defineCheck<GuardsObservation>({
  name: 'append-only',
  summary: "Each hash chain's table is guarded against change as before",
  cost: 'Some ten queries of the catalogue for each chain; no rows.',
  observe: (db, _options, context) => observeGuards(db, context),
  judge: ({ before, after }): Judgement =>
    judgeChains<GuardedChain>(before, after, judgeOne, appendOnlyFindings.missing),
});

function judgeOne({ name, before, after }: ChainPair<GuardedChain>): JudgedChain {
  const subject = { name, before: before && facts(before), after: facts(after) };
  if (before === null) return { subject: { ...subject, unverified: NO_CHAIN_BEFORE }, findings: [] };
  const differences = [...judgeTables(before, after), ...judgeFunctions(before, after), ...weakBefore(before, after)];
  return { subject, findings: differences.map((difference) => ({ ...difference, subject: name })) };
}

const NO_CHAIN_BEFORE = 'It was no chain before, so there is nothing to compare its guards with.';

function facts({ tables, functions }: GuardedChain): Json {
  const all = Object.values(tables);
  const count = (of: 'triggers' | 'rules'): number =>
    all.reduce((sum, table) => sum + Object.keys(table[of]).length, 0);
  return { triggers: count('triggers'), rules: count('rules'), functions: Object.keys(functions).length };
}
