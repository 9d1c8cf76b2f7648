import type { Json } from '@pgdrill/core';

/** The last row of one scope's chain. */
export interface Head {
  readonly [key: string]: Json | undefined;
  /** From `scopeOf`; empty where a table holds one chain only. */
  readonly scope: string;
  /** Rows in this scope. */
  readonly rows: number;
  readonly hash: string;
  readonly key: string;
  /** Hashes of the other rows that nothing follows, a hundred at most: only where the chain is broken. */
  readonly ends?: readonly string[];
}
