import type { Json } from '@pgdrill/core';

/** What a statement changes. */
export type Change = 'insert' | 'update' | 'delete';

/**
 * How a statement ended.
 *
 * - `worked`: it changed the row; `worked-by-path`: only with every schema in the search path.
 * - `refused`: by a trigger's or rule's own doing, or since even the owner may not. That is what append-only tables are for.
 * - `untested`: no fair try could be made of it, or its failure says nothing of the restore.
 * - `denied`: for want of a privilege. `failed`: something that it needs is not there or does not work.
 */
export type Ending = 'worked' | 'worked-by-path' | 'refused' | 'untested' | 'denied' | 'failed';

/** How one statement ended, by SQLSTATE and names alone: the server's messages may quote values. */
export interface Outcome {
  readonly [key: string]: Json | undefined;
  readonly ending: Ending;
  readonly sqlstate?: string;
  /** The constraint or table that the server's error names. */
  readonly about?: string;
  /** Why it is untested or refused, where no SQLSTATE tells. */
  readonly why?: string;
  /** Triggers that had to fire, none of which did. */
  readonly silent?: readonly string[];
}

/** What a sequence gives next to the key that it feeds. */
export interface NextValue {
  readonly [key: string]: Json;
  readonly table: string;
  readonly column: string;
  readonly sequence: string;
  /** In decimal; null when the sequence is used up. */
  readonly next: string | null;
  readonly taken: boolean;
}

/** What was tried of one table. */
export interface TableTrial {
  readonly [key: string]: Json;
  readonly table: string;
  readonly insert: Outcome;
  readonly update: Outcome;
  readonly delete: Outcome;
}

/** What came of appending a row to one chain. */
export interface AppendTrial {
  readonly [key: string]: Json | undefined;
  readonly chain: string;
  /** Why nothing can be said. */
  readonly unverified?: string;
  /** The preset's statement does not fit the table; then nothing else is known. */
  readonly unfit?: Outcome;
  /** The statement did not end; then nothing else is known. */
  readonly failed?: Outcome;
  /** Rows that it appended. */
  readonly rows?: number;
  /** How they do not link; null when they do. */
  readonly unlinked?: 'no hash' | 'no such row' | 'not the head' | 'not one line' | null;
  /** Rows whose hash is not what the description makes of them. */
  readonly misfits?: number;
  /** The new row does not come after the old head in the declared order. */
  readonly outOfOrder?: boolean;
  /** Does the sentinel hold the new head? Absent where there is none. */
  readonly sentinelMoved?: boolean;
}

/** All that the check saw by writing. */
export interface WriteTestSeen {
  readonly [key: string]: Json;
  /** No session may write, unless it asks for that; then nothing else was tried. */
  readonly readOnly: boolean;
  readonly nextValues: readonly NextValue[];
  /** Keys whose sequence or table the role may not read. */
  readonly unreadableKeys: readonly string[];
  readonly tables: readonly TableTrial[];
  /** Tables in which there was no row to try with. */
  readonly empty: readonly string[];
  /** Tables that would have been tried, had there been no bound. */
  readonly left: number;
  readonly chains: readonly AppendTrial[];
}
