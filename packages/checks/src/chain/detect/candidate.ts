import type { ChainFormat } from '@pgdrill/core';
import type { Probe } from './probe.ts';

/** A format that may be the one. */
export interface Candidate {
  /** What it makes of the probe. */
  readonly hashed: string | Uint8Array;
  /** Described only when it fits: most are not worth an object. */
  readonly format: () => ChainFormat;
}

/** Formats of one kind. */
export interface Family {
  readonly name: string;
  /** Families of the first effort are tried by all algorithms before any of the next. */
  readonly effort: 1 | 2 | 3;
  candidates(probe: Probe): Iterable<Candidate>;
}
