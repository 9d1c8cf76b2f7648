import type { Json } from '@pgdrill/core';
import type { AmbiguousRows } from './ambiguous-rows.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Head } from './heads.ts';

/** The ways in which a row can break a chain, by their finding code. */
export type BreakKind = Misfit | 'link-mismatch' | 'prefix-missing' | 'fork' | 'duplicate';

/** The ways in which a row does not fit its hash: as it is; as text in another encoding would; as JSON written in another way would. */
export type Misfit = 'content-mismatch' | 'encoding-drift' | 'json-drift';

/** One break: the row's place in the order of the walk, from 1, and its key as a report may show it. */
export interface ChainBreak {
  readonly [key: string]: Json;
  readonly position: number;
  readonly key: string;
}

/** All breaks of one kind. */
export interface Breaks {
  readonly [key: string]: Json;
  readonly total: number;
  readonly first: ChainBreak;
}

/** What the database's own verify function said. */
export interface OwnVerdict {
  readonly [key: string]: Json | undefined;
  /** What it calls the first break, as a report may show it. Null when it found none. */
  readonly firstBreak: string | null;
  readonly rows: string | null;
  /** Set when it could not be run; then the others are null. */
  readonly error?: string;
  /** False when it is there and was not asked; then the others are null. */
  readonly asked?: false;
}

/** Who verified a chain, and what each covered. */
export interface Verifiers {
  readonly [key: string]: Json | undefined;
  /** The server itself, by functions of pg_catalog: rows that do not fit their hash, and whether all rows are one whole line. */
  readonly sql?: { readonly rows: number; readonly mismatches: number; readonly whole: boolean };
  /** Our own recomputation outside the database, of every row. */
  readonly independent?: { readonly rows: number };
  /** The same, of rows that were chosen at random. */
  readonly sampled?: { readonly rows: number; readonly mismatches: number; readonly seed: number };
  /** The same, of the rows since an earlier capture and a part of the older ones. */
  readonly since?: { readonly rows: number };
}

/** How far one side was recomputed outside the database from an earlier capture on. */
export interface ChainSince {
  readonly [key: string]: Json | undefined;
  /** When that capture was made: RFC 3339, UTC. */
  readonly capturedAt: string;
  /** Which part of the older rows had its turn, from 1; of how many; and by which day, in UTC. */
  readonly part: number;
  readonly share: number;
  readonly day: string;
  /** Rows that were recomputed: the heads of that capture with all that came after them, and others. */
  readonly recent: number;
  readonly older: number;
  /** Why every row was verified all the same; then the two above count none. */
  readonly whole?: string;
  /** Heads of that capture of which there is no row any more, and those whose row, by its key, holds another hash. */
  readonly missing: LostHeads;
  readonly differing: LostHeads;
}

/** Heads that are not as they were; `first` is the key of the first of them, as a report may show it. */
export interface LostHeads {
  readonly [key: string]: Json;
  readonly total: number;
  readonly first: string | null;
}

/** What one side's verifiers saw of one chain. */
export interface ChainObservation {
  readonly [key: string]: Json | undefined;
  readonly name: string;
  readonly foundBy: 'config' | 'preset';
  /** The table is not there; then nothing else is known. */
  readonly missing: boolean;
  readonly expectEmpty: boolean;
  /** By `descriptionDigest`: how its hashes are made. */
  readonly description: string;
  /** Set where no order is declared, or threads read the chain without looking at it, so that only the links tell. */
  readonly unordered?: true;
  /** Set when it was to be recomputed from an earlier capture on. */
  readonly since?: ChainSince;
  /** Why the table, or what else the chain needs, could not be read; then nothing else is known. */
  readonly unreadable?: string;
  /** Rows of which the hash was recomputed and the link followed; from an earlier capture on, all that have a hash, of which `since` says how many were recomputed. */
  readonly rows: number;
  /** Rows without a hash: they belong to no chain, and nothing is proven of them. */
  readonly unchained: number;
  /** Rows that have a hash, and no format of the config is meant for them. */
  readonly unformatted: number;
  readonly verifiers: Verifiers;
  /** Rows that the server counted in the same snapshot. */
  readonly counted: number;
  /** The tail row of each scope's chain, by scope: the last one that the links lead to. One where there are no scopes; none in an empty table. */
  readonly heads: readonly Head[];
  readonly breaks: { readonly [kind in BreakKind]?: Breaks };
  /** Hashes of rows all over the chain, by which two sides can tell where they part. */
  readonly checkpoints: Checkpoints;
  /** Rows whose timestamps have digits finer than a millisecond. */
  readonly fineRows: number;
  /** Rows that came before the one they follow, in the declared order. */
  readonly outOfOrder: number;
  /** Numbers that are missing where the config says that there is no gap. */
  readonly gaps: number;
  /** Rows in which a field holds the separator, so that another row would be hashed over the same text. */
  readonly ambiguous: AmbiguousRows;
  /** Of the rows whose content does not match, those whose timestamps have none. */
  readonly coarseMismatches: number;
  /** The hash that the sentinel row holds, null when it holds none; absent where there is no sentinel. */
  readonly sentinel?: string | null;
  /** The config names a sentinel that is not there. */
  readonly sentinelMissing?: boolean;
  readonly own?: OwnVerdict;
}

/** What all three chain checks observe. */
export interface ChainsObservation {
  readonly [key: string]: Json | undefined;
  readonly chains: readonly ChainObservation[];
}

/** Breaks of all kinds together. */
export function breakTotal({ breaks }: ChainObservation): number {
  return Object.values(breaks).reduce((sum, kind) => sum + (kind?.total ?? 0), 0);
}

/** Rows that do not fit their hash, whatever the cause. */
export function misfitTotal({ breaks }: Pick<ChainObservation, 'breaks'>): number {
  return MISFITS.reduce((sum, kind) => sum + (breaks[kind]?.total ?? 0), 0);
}

const MISFITS: readonly Misfit[] = ['content-mismatch', 'encoding-drift', 'json-drift'];

/** The first break of any kind. */
export function firstBreak({ breaks }: ChainObservation): ChainBreak | null {
  const firsts = Object.values(breaks).flatMap((kind) => kind?.first ?? []);
  return firsts.toSorted((a, b) => a.position - b.position)[0] ?? null;
}

/** The head of a table that holds one chain only; null when it is empty, or holds several. */
export function onlyHead({ heads }: ChainObservation): Head | null {
  const [head] = heads;
  return heads.length === 1 && head !== undefined ? head : null;
}
