import type { Json } from '@pgdrill/core';

/** The last row of one scope's chain. */
export interface Head {
  readonly [key: string]: Json;
  /** From `scopeOf`; empty where a table holds one chain only. */
  readonly scope: string;
  /** Rows in this scope. */
  readonly rows: number;
  readonly hash: string;
  readonly key: string;
}
