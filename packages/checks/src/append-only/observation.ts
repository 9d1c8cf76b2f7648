import type { Json } from '@pgdrill/core';

/** When a trigger or a rule fires: in ordinary sessions (`origin`), in all (`always`), in those of replication alone (`replica`), or never. */
export type Firing = 'origin' | 'always' | 'replica' | 'disabled';

/** A trigger or a rule of a chain's table. */
export interface Guard {
  readonly [key: string]: Json;
  readonly firing: Firing;
  /** What a report may show of it, such as `BEFORE TRUNCATE FOR EACH STATEMENT EXECUTE public.refuse()`. */
  readonly does: string;
  /** UPDATE, DELETE, TRUNCATE, INSERT: those on which it fires. */
  readonly on: readonly string[];
  /** SHA-256 of its whole definition. */
  readonly definition: string;
  /** The definition holds expressions, which servers of two major versions may spell differently. */
  readonly deparsed: boolean;
}

/** Who may change a table's rows. */
export interface Grants {
  readonly [key: string]: Json;
  readonly owner: string;
  /** Nobody ever granted or revoked anything: the owner may do all, and others nothing. It is also what a restore without privileges leaves. */
  readonly untouched: boolean;
  /** By role, with the owner and PUBLIC: those of UPDATE, DELETE, TRUNCATE and INSERT that it was granted; of a column alone as `UPDATE (name)`. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

/** Row-level security of a table. */
export interface RowSecurity {
  readonly [key: string]: Json;
  readonly enabled: boolean;
  readonly forced: boolean;
  /** SHA-256 of each policy's definition, by its name. */
  readonly policies: Readonly<Record<string, string>>;
}

/** What guards one table. */
export interface TableGuards {
  readonly [key: string]: Json;
  readonly triggers: Readonly<Record<string, Guard>>;
  readonly rules: Readonly<Record<string, Guard>>;
  readonly grants: Grants;
  readonly rowSecurity: RowSecurity;
}

/** A function on which the guards or the verdict of a chain depend. */
export interface FunctionFacts {
  readonly [key: string]: Json;
  /** Who calls it: a trigger, the query of `verify`, or another of these functions. */
  readonly by: 'trigger' | 'verify' | 'call';
  /** SHA-256 of its source text. */
  readonly source: string;
  /** SHA-256 of its language, settings, volatility, strictness, security and result. */
  readonly properties: string;
  /** The source text is the server's own spelling of a parsed body. */
  readonly deparsed: boolean;
}

/** What one side has to guard one chain. */
export interface GuardedChain {
  readonly [key: string]: Json | undefined;
  readonly name: string;
  readonly foundBy: 'config' | 'preset';
  /** The table is not there; then nothing else is known. */
  readonly missing: boolean;
  /** Why it could not be looked at; then nothing else is known. */
  readonly unreadable?: string;
  /** Of the server. */
  readonly major: number;
  /** Of the chain's table, first, and of each of its partitions and heirs, by name. */
  readonly tables: Readonly<Record<string, TableGuards>>;
  /** By signature, such as `public.audit_row_hash(text,public.audit_events)`. */
  readonly functions: Readonly<Record<string, FunctionFacts>>;
}

/** What the check observes. */
export interface GuardsObservation {
  readonly [key: string]: Json | undefined;
  readonly chains: readonly GuardedChain[];
}
