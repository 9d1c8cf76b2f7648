import type { ChainConfig } from '@pgdrill/core';
import type { SearchBounds } from './budget.ts';
import type { TriedFamily } from './search-formats.ts';

/** What a look at a table tells of its chain. No value of a row is in it. */
export interface Detection {
  readonly table: string;
  /** The description; null when none was found. */
  readonly chain: ChainConfig | null;
  /** On how many rows the description was tried, as `verify-chain` will, and how many of them fit; null when there is none. */
  readonly proof: { readonly rows: number; readonly fits: number } | null;
  /** Columns that no hash covers: a change there goes unnoticed by the chain. */
  readonly uncovered: readonly string[];
  /** What was seen on the way, and what the reader should know. */
  readonly notes: readonly string[];
  /** Every kind of format that was tried, and how far it came on the sample. */
  readonly tried: readonly TriedFamily[];
  /** Rows of the sample that formats were tried on. */
  readonly sample: number;
  readonly candidates: number;
  readonly seconds: number;
  readonly bounds: SearchBounds;
}
