import { defineCheck } from '@pgdrill/core';
import type { Check, Finding, Judgement, Subject } from '@pgdrill/core';
import { judgeChains } from './chain/judge-chains.ts';
import type { ChainPair } from './chain/judge-chains.ts';
import type { ChainsObservation } from './chain/observation.ts';
import { observeChains } from './chain/observe-chains.ts';

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
} as const;

/** Proves that the walk over each chain met as many rows as before: a clean verdict over fewer rows would say nothing of the others. */
export const walkedCount: Check<ChainsObservation> = defineCheck<ChainsObservation>({
  name: 'walked-count',
  summary: 'The walk over each hash chain met as many rows as before',
  cost: 'Nothing beside verify-chain, whose walk it shares.',
  observe: (db, _options, context) => observeChains(db, context),
  judge: ({ before, after }): Judgement => judgeChains(before, after, judgeOne, walkedCountFindings.missing),
});

function judgeOne({ name, before, after }: ChainPair): {
  readonly subject: Subject;
  readonly findings: readonly Finding[];
} {
  const subject: Subject = { name, before: before?.rows ?? null, after: after.rows };
  if (before === null) return { subject: { ...subject, unverified: 'The chain was not there before.' }, findings: [] };
  if (before.rows === after.rows) return { subject, findings: [] };
  const { code, message } = walkedCountFindings.differs;
  return {
    subject,
    findings: [
      {
        code,
        severity: 'error',
        subject: name,
        expected: before.rows,
        actual: after.rows,
        message: message(name, before.rows, after.rows),
      },
    ],
  };
}
