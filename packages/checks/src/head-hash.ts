import { defineCheck } from '@pgdrill/core';
import type { Check, Finding, Judgement, Subject } from '@pgdrill/core';
import { judgeChains } from './chain/judge-chains.ts';
import type { ChainPair } from './chain/judge-chains.ts';
import { breakTotal } from './chain/observation.ts';
import type { ChainObservation, ChainsObservation } from './chain/observation.ts';
import { observeChains } from './chain/observe-chains.ts';

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
    message: (chain: string) =>
      `${chain} is whole and as long as before, yet ends at another hash: rows were sealed anew.`,
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
} as const;

/** Proves that each chain ends at the very hash at which it ended before: the hash is taken from the tail row, never from the sentinel. */
export const headHash: Check<ChainsObservation> = defineCheck<ChainsObservation>({
  name: 'head-hash',
  summary: 'Each hash chain ends at the same hash, byte for byte',
  cost: 'Nothing beside verify-chain, whose walk it shares.',
  observe: (db, _options, context) => observeChains(db, context),
  judge: ({ before, after }): Judgement => judgeChains(before, after, judgeOne, headHashFindings.missing),
});

function judgeOne({ name, before, after }: ChainPair): {
  readonly subject: Subject;
  readonly findings: readonly Finding[];
} {
  const subject: Subject = { name, before: before?.head?.hash ?? null, after: after.head?.hash ?? null };
  if (before === null)
    return {
      subject: { ...subject, unverified: 'The chain was not there before, so there is no head to compare with.' },
      findings: [],
    };
  const findings: Finding[] = [];
  const add = (
    { code }: { readonly code: string },
    message: string,
    expected: string | null,
    severity: Finding['severity'] = 'error',
  ): void => {
    findings.push({ code, severity, subject: name, expected, actual: subject.after, message });
  };
  const entry = headDifference(before, after);
  if (entry) add(entry, entry.message(name, before.rows - after.rows), before.head?.hash ?? null);
  if (sentinelDiffers(after)) {
    const { sentinel } = headHashFindings;
    add(sentinel, sentinel.message(name), after.sentinel ?? null, sentinelDiffers(before) ? 'warning' : 'error');
  }
  return { subject: withEmptyShown(subject, before, after), findings };
}

type HeadDifference = Exclude<keyof typeof headHashFindings, 'missing' | 'sentinel'>;

function headDifference(
  before: ChainObservation,
  after: ChainObservation,
): (typeof headHashFindings)[HeadDifference] | null {
  if (before.head?.hash === after.head?.hash) return null;
  if (after.head === null) return headHashFindings.headMissing;
  if (after.rows < before.rows) return isOlder(after) ? headHashFindings.stale : headHashFindings.tail;
  if (after.rows === before.rows && breakTotal(after) === 0) return headHashFindings.resealed;
  return headHashFindings.differs;
}

/** A whole chain with a sentinel that agrees with its tail looks as it did at some time in the past. */
function isOlder(chain: ChainObservation): boolean {
  return breakTotal(chain) === 0 && chain.sentinel !== undefined && !sentinelDiffers(chain);
}

function sentinelDiffers({ sentinel, head }: ChainObservation): boolean {
  return sentinel !== undefined && sentinel !== (head?.hash ?? null);
}

function withEmptyShown(subject: Subject, before: ChainObservation, after: ChainObservation): Subject {
  if (before.head !== null || after.head !== null) return subject;
  return { ...subject, before: 'empty', after: 'empty' };
}
