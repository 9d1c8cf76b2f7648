import type { Finding, Json, Judgement, Observed, RecordedSince, Subject } from '@pgdrill/core';
import type { ChainObservation } from './observation.ts';

/** What is known of a chain, whatever a check observes of it. */
type NamedChain = Pick<ChainObservation, 'name' | 'foundBy' | 'missing' | 'unreadable'>;

/** One chain on both sides. `before` is null for a chain that was not there. */
export interface ChainPair<Chain extends NamedChain = ChainObservation> {
  readonly name: string;
  readonly before: Chain | null;
  readonly after: Chain;
}

/** What a check says of one chain. */
export interface JudgedChain {
  readonly subject: Subject;
  readonly findings: readonly Finding[];
  /** What a reader has to know of how it was verified. */
  readonly notes?: readonly string[];
  /** Set when only a part of it was looked at: see `Judgement`. */
  readonly part?: string;
  /** Set when it was recomputed in part: see `Judgement`. */
  readonly since?: RecordedSince;
}

/** What a check observed of all chains. */
export interface ChainsSeen<Chain extends NamedChain> {
  readonly [key: string]: Json | undefined;
  readonly chains: readonly (Chain & Json)[];
}

/** A check's own code for a chain whose table is gone. */
export interface MissingChain {
  readonly code: string;
  readonly message: (chain: string, side: string) => string;
}

/** What all chain checks have in common: pairing the chains of both sides, and what is to be said of one that is missing, or when there is none. */
export function judgeChains<Chain extends NamedChain = ChainObservation>(
  before: Observed<ChainsSeen<Chain>>,
  after: Observed<ChainsSeen<Chain>>,
  judgeOne: (pair: ChainPair<Chain>) => JudgedChain,
  missing: MissingChain,
): Judgement {
  const had = byName(before);
  const has = byName(after);
  const names = [...new Set([...had.keys(), ...has.keys()])];
  if (names.length === 0) {
    return {
      subjects: [],
      findings: [],
      skipped: 'The config names no chain, and no table looks like the reference chain.',
    };
  }
  const results = names.map((name): JudgedChain => {
    const [ours, theirs] = [had.get(name), has.get(name)];
    const reason = whyNotJudged(ours, theirs);
    if (reason !== null) return { subject: { name, before: null, after: null, unverified: reason }, findings: [] };
    if (!theirs || theirs.missing)
      return missingChain(name, ours?.foundBy === 'preset' ? GONE_OR_CHANGED : GONE, missing);
    if (ours?.missing === true) return missingChain(name, 'in the source', missing);
    return judgeOne({ name, before: ours ?? null, after: theirs });
  });
  const [part] = results.flatMap((result) => result.part ?? []);
  const [since] = results.flatMap((result) => result.since ?? []);
  const byPreset = names.filter((name) => (had.get(name) ?? has.get(name))?.foundBy === 'preset');
  return {
    subjects: results.map(({ subject }) => subject),
    findings: results.flatMap(({ findings }) => findings),
    notes: [
      ...byPreset.map(
        (name) => `${name} was taken for a hash chain by its columns (preset audit-chain): the config names none.`,
      ),
      ...results.flatMap(({ notes = [] }) => notes),
    ],
    ...(part === undefined ? {} : { part }),
    ...(since === undefined ? {} : { since }),
  };
}

const GONE = 'after the restore';
/** A chain that is known by its columns is not known any more without them. */
const GONE_OR_CHANGED = 'after the restore, at least not with the same columns';

function whyNotJudged(before: NamedChain | undefined, after: NamedChain | undefined): string | null {
  if (before?.missing === true && after?.missing === true) {
    return 'Its table is on neither side: does the config name it rightly?';
  }
  if (before?.unreadable !== undefined) return `It could not be read before: ${before.unreadable}`;
  if (after?.unreadable !== undefined) return `It could not be read after: ${after.unreadable}`;
  return null;
}

/** The reason why a check that compares both sides has nothing to compare in a chain that is empty on both, unless that is expected. */
export function emptyOnBothSides({ before, after }: ChainPair): string | undefined {
  if (before?.rows !== 0 || after.rows !== 0 || after.expectEmpty) return undefined;
  return 'The chain is empty on both sides, so nothing was proven. If that is as it should be, say so: expect: { empty: true }.';
}

function byName<Chain extends NamedChain>({ observation }: Observed<ChainsSeen<Chain>>): ReadonlyMap<string, Chain> {
  return new Map(observation.chains.map((chain) => [chain.name, chain]));
}

function missingChain(name: string, side: string, { code, message }: MissingChain): JudgedChain {
  const subject = { name, before: null, after: null };
  return {
    subject,
    findings: [
      { code, severity: 'error', subject: name, expected: 'a chain', actual: null, message: message(name, side) },
    ],
  };
}
