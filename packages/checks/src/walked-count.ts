import { defineCheck } from '@pgdrill/core';
import type { Check, Finding, Judgement, Subject } from '@pgdrill/core';
import { emptyOnBothSides, judgeChains } from './chain/judge-chains.ts';
import type { ChainPair } from './chain/judge-chains.ts';
import type { ChainObservation, ChainsObservation } from './chain/observation.ts';
import { observeChains } from './chain/observe-chains.ts';
import { prepareChains } from './chain/prepare-chains.ts';
import { tellingSince } from './chain/show-since.ts';

/** Every finding code of the check `walked-count`, with its wording. */
export const walkedCountFindings = {
  missing: {
    code: 'walked-count/chain-missing',
    message: (chain: string, side: string) =>
      `The table of the chain ${chain} is not there ${side}, so no row of it was walked.`,
  },
  differs: {
    code: 'walked-count/differs',
    message: (chain: string, before: number, after: number) =>
      `${before} rows of ${chain} were walked before, ${after} after.`,
  },
  unwalked: {
    code: 'walked-count/rows-unwalked',
    message: (chain: string, counted: number, walked: number) =>
      `${chain} has ${counted} rows by the count of its server, but the walk met ${walked}: no verdict over this chain covers it whole.`,
  },
} as const;

/** Proves that the walk over each chain met as many rows as before: a clean verdict over fewer rows would say nothing of the others. */
export const walkedCount: Check<ChainsObservation> = defineCheck<ChainsObservation>({
  name: 'walked-count',
  summary: 'The walk over each hash chain met as many rows as before',
  cost: 'Nothing beside verify-chain, whose walk it shares.',
  prepare: async (db, _options, context) => void (await prepareChains(db, context)),
  observe: (db, _options, context) => observeChains(db, context),
  judge: ({ before, after }): Judgement =>
    judgeChains(before, after, tellingSince(judgeOne), walkedCountFindings.missing),
});

/** Rows that the walk met; those that it passed by, since an earlier capture is gone on from, beside them. */
function shownRows({ rows, since, verifiers }: ChainObservation): Subject['before'] {
  if (since === undefined || verifiers.since === undefined) return rows;
  return { rows, 'of them only counted': rows - verifiers.since.rows };
}

function judgeOne(pair: ChainPair): { readonly subject: Subject; readonly findings: readonly Finding[] } {
  const { name, before, after } = pair;
  const subject: Subject = { name, before: before && shownRows(before), after: shownRows(after) };
  const { differs, unwalked } = walkedCountFindings;
  const findings: Finding[] = [];
  const add = (code: string, message: string, expected: number): void => {
    findings.push({ code, severity: 'error', subject: name, expected, actual: after.rows, message });
  };
  if (before !== null && before.rows !== after.rows) {
    add(differs.code, differs.message(name, before.rows, after.rows), before.rows);
  }
  if (after.rows + after.unchained !== after.counted)
    add(unwalked.code, unwalked.message(name, after.counted, after.rows + after.unchained), after.counted);
  const reason = before === null ? 'The chain was not there before.' : emptyOnBothSides(pair);
  return { subject: reason === undefined ? subject : { ...subject, unverified: reason }, findings };
}
