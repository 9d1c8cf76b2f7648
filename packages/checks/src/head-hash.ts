import { defineCheck } from '@pgdrill/core';
import type { Check, Finding, Judgement, Subject } from '@pgdrill/core';
import { emptyOnBothSides, judgeChains } from './chain/judge-chains.ts';
import type { ChainPair } from './chain/judge-chains.ts';
import { partingOf } from './chain/checkpoints.ts';
import type { Parting } from './chain/checkpoints.ts';
import { breakTotal } from './chain/observation.ts';
import type { ChainObservation, ChainsObservation } from './chain/observation.ts';
import { observeChains } from './chain/observe-chains.ts';
import { prepareChains } from './chain/prepare-chains.ts';

/** Every finding code of the check `head-hash`, with its wording. */
export const headHashFindings = {
  missing: {
    code: 'head-hash/chain-missing',
    message: (chain: string, side: string) =>
      `The table of the chain ${chain} is not there ${side}, and its head with it.`,
  },
  headMissing: {
    code: 'head-hash/head-missing',
    message: (chain: string) => `The chain ${chain} has no row left, so it has no head.`,
  },
  tail: {
    code: 'head-hash/tail-missing',
    message: (chain: string, rows: number) =>
      `The tail of ${chain} is gone: it has ${rows} rows fewer, and ends at another hash.`,
  },
  stale: {
    code: 'head-hash/stale-backup',
    message: (chain: string, rows: number) =>
      `${chain} is whole, but ${rows} rows older than before, and its sentinel agrees with that: an older backup was restored.`,
  },
  resealed: {
    code: 'head-hash/head-resealed',
    message: (chain: string, _rows: number, parting: Parting) =>
      `${chain} is whole, yet its hashes are others than before ${whereTheyPart(parting)}: rows were sealed anew.`,
  },
  differs: {
    code: 'head-hash/head-differs',
    message: (chain: string) => `${chain} ends at another hash than before.`,
  },
  sentinel: {
    code: 'head-hash/sentinel-differs',
    message: (chain: string) =>
      `The sentinel of ${chain} holds another hash than its tail row: rows are missing at the end, or the sentinel is wrong.`,
  },
  sentinelBefore: {
    code: 'head-hash/sentinel-differed-before',
    message: (chain: string) =>
      `The sentinel of ${chain} holds another hash than its tail row, as it did before the backup: the restore did not do it.`,
  },
  sentinelMissing: {
    code: 'head-hash/sentinel-missing',
    message: (chain: string) => `The sentinel of ${chain} is not there any more: its table or its column is gone.`,
  },
} as const;

function whereTheyPart({ same, differs, about }: Parting): string {
  const row = about ? 'about row' : 'row';
  return differs === null ? `at its end, after ${row} ${same}` : `from ${row} ${about ? same : differs} on`;
}

/** Proves that each chain ends at the very hash at which it ended before: the hash is taken from the tail row, never from the sentinel. */
export const headHash: Check<ChainsObservation> = defineCheck<ChainsObservation>({
  name: 'head-hash',
  summary: 'Each hash chain ends at the same hash, byte for byte',
  cost: 'Nothing beside verify-chain, whose walk it shares.',
  prepare: async (db, _options, context) => void (await prepareChains(db, context)),
  observe: (db, _options, context) => observeChains(db, context),
  judge: ({ before, after }): Judgement => judgeChains(before, after, judgeOne, headHashFindings.missing),
});

function judgeOne(pair: ChainPair): { readonly subject: Subject; readonly findings: readonly Finding[] } {
  const { name, before, after } = pair;
  const subject: Subject = { name, before: before?.head?.hash ?? null, after: after.head?.hash ?? null };
  const findings: Finding[] = [];
  const add = (code: string, message: string, expected: string | null): void => {
    findings.push({ code, severity: 'error', subject: name, expected, actual: subject.after, message });
  };
  const difference = before && headDifference(before, after);
  if (difference) {
    const parting = partingOf(before.checkpoints, after.checkpoints);
    add(difference.code, difference.message(name, before.rows - after.rows, parting), before.head?.hash ?? null);
  }
  const sentinel = sentinelProblem(before, after);
  if (sentinel) add(sentinel.code, sentinel.message(name), after.sentinel ?? null);
  const reason = whyUnverified(pair);
  const shown = withEmptyShown(subject, pair);
  return { subject: reason === undefined ? shown : { ...shown, unverified: reason }, findings };
}

function whyUnverified(pair: ChainPair): string | undefined {
  const { before, after } = pair;
  if (before === null) return 'The chain was not there before, so there is no head to compare with.';
  if (before.sentinelMissing === true && after.sentinelMissing === true) {
    return 'The sentinel that the config names is on neither side: are its table and column right?';
  }
  return emptyOnBothSides(pair);
}

type HeadDifference = 'headMissing' | 'tail' | 'stale' | 'resealed' | 'differs';

function headDifference(
  before: ChainObservation,
  after: ChainObservation,
): (typeof headHashFindings)[HeadDifference] | null {
  if (before.head?.hash === after.head?.hash) return null;
  if (after.head === null) return headHashFindings.headMissing;
  if (breakTotal(after) === 0 && partingOf(before.checkpoints, after.checkpoints).differs !== null) {
    return headHashFindings.resealed;
  }
  if (after.rows < before.rows) return isOlder(after) ? headHashFindings.stale : headHashFindings.tail;
  if (after.rows === before.rows && breakTotal(after) === 0) return headHashFindings.resealed;
  return headHashFindings.differs;
}

/** A whole chain with a sentinel that agrees with its tail looks as it did at some time in the past. */
function isOlder(chain: ChainObservation): boolean {
  return breakTotal(chain) === 0 && chain.sentinel !== undefined && !sentinelDiffers(chain);
}

function sentinelProblem(
  before: ChainObservation | null,
  after: ChainObservation,
): (typeof headHashFindings)['sentinel' | 'sentinelBefore' | 'sentinelMissing'] | null {
  if (before?.sentinel !== undefined && after.sentinel === undefined) return headHashFindings.sentinelMissing;
  if (!sentinelDiffers(after)) return null;
  const isAsBefore = before !== null && sentinelDiffers(before) && before.sentinel === after.sentinel;
  return isAsBefore ? headHashFindings.sentinelBefore : headHashFindings.sentinel;
}

function sentinelDiffers({ sentinel, head }: ChainObservation): boolean {
  return sentinel !== undefined && sentinel !== (head?.hash ?? null);
}

function withEmptyShown(subject: Subject, { before, after }: ChainPair): Subject {
  if (before === null || before.head !== null || after.head !== null) return subject;
  return { ...subject, before: 'empty', after: 'empty' };
}
