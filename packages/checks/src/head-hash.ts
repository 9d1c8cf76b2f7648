import { createHash } from 'node:crypto';
import { defineCheck } from '@pgdrill/core';
import type { Check, Finding, Judgement, Subject } from '@pgdrill/core';
import { headsAsBefore } from './chain/heads-as-before.ts';
import { emptyOnBothSides, judgeChains } from './chain/judge-chains.ts';
import type { ChainPair } from './chain/judge-chains.ts';
import { partingOf } from './chain/checkpoints.ts';
import type { Parting } from './chain/checkpoints.ts';
import { breakTotal, onlyHead } from './chain/observation.ts';
import type { ChainObservation, ChainsObservation } from './chain/observation.ts';
import { observeChains } from './chain/observe-chains.ts';
import { prepareChains } from './chain/prepare-chains.ts';
import { tellingSince } from './chain/show-since.ts';

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
  scopeMissing: {
    code: 'head-hash/scope-missing',
    message: (chain: string, scopes: number, first: string) =>
      `${chain} lost ${scopes === 1 ? 'a whole scope' : `${scopes} whole scopes`}; the first: ${first}.`,
  },
  scopeUnexpected: {
    code: 'head-hash/scope-unexpected',
    message: (chain: string, scopes: number, first: string) =>
      `${chain} has ${scopes === 1 ? 'a scope' : `${scopes} scopes`} that it did not have before; the first: ${first}.`,
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
  judge: ({ before, after }): Judgement => judgeChains(before, after, tellingSince(judgeOne), headHashFindings.missing),
});

function judgeOne(pair: ChainPair): { readonly subject: Subject; readonly findings: readonly Finding[] } {
  const { name, before } = pair;
  const after = headsAsBefore(before, pair.after);
  const subject: Subject = { name, before: before && shownHeads(before), after: shownHeads(after) };
  const findings: Finding[] = [];
  const add = (code: string, message: string, expected: Subject['before'], actual: Subject['after']): void => {
    findings.push({ code, severity: 'error', subject: name, expected, actual, message });
  };
  if (before && (isScoped(before) || isScoped(after))) {
    for (const { code, message } of scopeDifferences(name, before, after))
      add(code, message, subject.before, subject.after);
  } else {
    const [had, has] = [before && onlyHead(before), onlyHead(after)];
    const difference = before && headDifference(before, after);
    if (difference) {
      const parting = partingOf(before.checkpoints, after.checkpoints);
      add(
        difference.code,
        difference.message(name, before.rows - after.rows, parting),
        had?.hash ?? null,
        has?.hash ?? null,
      );
    }
  }
  const sentinel = sentinelProblem(before, after);
  if (sentinel) add(sentinel.code, sentinel.message(name), after.sentinel ?? null, onlyHead(after)?.hash ?? null);
  const reason = whyUnverified(pair);
  const shown = withEmptyShown(subject, pair);
  return { subject: reason === undefined ? shown : { ...shown, unverified: reason }, findings };
}

function isScoped({ heads }: ChainObservation): boolean {
  return heads.some(({ scope }) => scope !== '');
}

/** The head, byte for byte; of several, how many there are, and a digest of them all. */
function shownHeads(chain: ChainObservation): Subject['before'] {
  if (!isScoped(chain)) return onlyHead(chain)?.hash ?? null;
  const hash = createHash('sha256');
  for (const head of chain.heads) hash.update(`${head.scope}\n${head.hash}\n`);
  return { heads: chain.heads.length, sha256: hash.digest('hex') };
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
  const head = onlyHead(after);
  if (onlyHead(before)?.hash === head?.hash) return null;
  if (head === null) return headHashFindings.headMissing;
  if (breakTotal(after) === 0 && partingOf(before.checkpoints, after.checkpoints).differs !== null) {
    return headHashFindings.resealed;
  }
  if (after.rows < before.rows) return isOlder(after) ? headHashFindings.stale : headHashFindings.tail;
  if (after.rows === before.rows && breakTotal(after) === 0) return headHashFindings.resealed;
  return headHashFindings.differs;
}

/** What became of the scopes: one finding for each thing that happened to any of them. */
function scopeDifferences(
  name: string,
  before: ChainObservation,
  after: ChainObservation,
): readonly { readonly code: string; readonly message: string }[] {
  const has = new Map(after.heads.map((head) => [head.scope, head]));
  const had = new Set(before.heads.map(({ scope }) => scope));
  const whole = breakTotal(after) === 0;
  const happened = new Map<ScopeDifference, string[]>();
  const note = (what: ScopeDifference, scope: string): void => {
    const scopes = happened.get(what) ?? [];
    scopes.push(scope);
    happened.set(what, scopes);
  };
  for (const { scope, rows, hash } of before.heads) {
    const head = has.get(scope);
    if (head === undefined) note('scopeMissing', scope);
    else if (head.hash !== hash)
      note(head.rows < rows ? 'tail' : head.rows === rows && whole ? 'resealed' : 'differs', scope);
  }
  for (const { scope } of after.heads) if (!had.has(scope)) note('scopeUnexpected', scope);
  return Array.from(happened, ([what, scopes]) => {
    const { code } = headHashFindings[what];
    const [first = ''] = scopes;
    const message =
      what === 'scopeMissing' || what === 'scopeUnexpected'
        ? headHashFindings[what].message(name, scopes.length, first)
        : `In ${scopes.length} ${scopes.length === 1 ? 'scope' : 'scopes'} of ${name}, the first ${first}: ${IN_SCOPE[what]}.`;
    return { code, message };
  });
}

type ScopeDifference = 'scopeMissing' | 'scopeUnexpected' | keyof typeof IN_SCOPE;

const IN_SCOPE = {
  tail: 'the last rows are gone',
  resealed: 'as many rows as before, all fitting, with other hashes: they were sealed anew',
  differs: 'the chain ends at another hash',
} as const;

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

function sentinelDiffers(chain: ChainObservation): boolean {
  return chain.sentinel !== undefined && chain.sentinel !== (onlyHead(chain)?.hash ?? null);
}

function withEmptyShown(subject: Subject, { before, after }: ChainPair): Subject {
  if (before === null || before.heads.length > 0 || after.heads.length > 0) return subject;
  return { ...subject, before: 'empty', after: 'empty' };
}
