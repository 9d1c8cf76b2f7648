import type { DatabaseHandle } from './database/handle.ts';
import type { TrialDatabase } from './database/trial-database.ts';
import type { ChainConfig } from './chain.ts';
import type { Finding } from './finding.ts';
import type { Json, JsonSchema } from './json.ts';
import type { RecordedSince, Since } from './since.ts';
import type { Table } from './table.ts';
import type { Threads } from './threads/threads.ts';

/**
 * One SQL aggregate over a table, and the rule by which two partial results merge.
 *
 * `sql` is an aggregate expression over the row alias `t`, such as `count(*)` or `sum(t."amount")`. Its value must be of an integer type or
 * `numeric` (null for "no rows"), so that partial results merge exactly, without floating point, on the server or off it; or, for a `list`, a text with blanks
 * between its elements, as of `string_agg`, of a few hundred at most. A part may hold no rows: its value must then change nothing, as 0 does in a sum.
 *
 * `ofNone` is its value over no rows, such as `'0'` of a count and null of a sum, for whoever knows: an empty table of which every measure says so costs
 * next to nothing.
 */
export interface Measure {
  readonly sql: string;
  readonly merge: 'sum' | 'min' | 'max' | 'list';
  readonly ofNone?: string | null;
}

/**
 * Divides a table's rows into buckets, so that a check's measures are kept bucket by bucket as well.
 *
 * `sql` is an integer expression over the row alias `t`, between 0 and `count - 1`, that depends on nothing but the row. Two sides with the same
 * `scheme` and another `count` are still comparable when both counts are powers of two and the expression is a hash taken modulo the count. A count
 * that depends on the table's size must be such a one: shards of a table that grows meanwhile are folded to the smallest.
 */
export interface Buckets {
  readonly sql: string;
  readonly count: number;
  /** Names the rule by which rows are divided, such as `key(id)`: only sides with the same rule can be compared bucket by bucket. */
  readonly scheme: string;
}

/** A check's measures of each bucket that held rows; measure names to values as in `MeasuredTable`. */
export interface MeasuredBuckets {
  readonly scheme: string;
  readonly count: number;
  /** By bucket number. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

/** The merged measures of one table, each as decimal text, a list in no order; null when no row contributed. */
export interface MeasuredTable {
  readonly measures: Readonly<Record<string, string | null>>;
  readonly buckets?: MeasuredBuckets;
  /** Why the table could not be read; then `measures` is empty. */
  readonly error?: string;
}

/** What a check asks of one table in the scan that runs anyway, for its own use: see `ObserveContext.measure`. */
export interface MeasureRequest {
  /** Expressions over one row, as in `Check.derive`; measures name them as `t."owner:name"`. */
  readonly derive: Readonly<Record<string, string | SharedExpression>>;
  readonly measures: Readonly<Record<string, Measure>>;
}

/** An expression over one row that is worth evaluating once where several ask for it. */
export interface SharedExpression {
  readonly sql: string;
  /** What may stand in the one place that uses it, where nobody else does: an expression that costs less there. */
  readonly alone: string;
}

/** What one check knows of one side. */
export interface Observed<Observation extends Json = Json> {
  /** What `observe` returned; null for a check that only measures. */
  readonly observation: Observation;
  /** By table name, for a check that measures: every user table of that side that the drill looks at, whether or not the check measured anything in it. */
  readonly tables: Readonly<Record<string, MeasuredTable>>;
  /** What `write` saw; of the side "after" alone, and only for a check that has it. */
  readonly written?: Written;
}

/** What `write` returned, or why nothing was to be written. */
export type Written = { readonly seen: Json } | { readonly skipped: string };

/** What `observe` may use besides its database handle. */
export interface ObserveContext {
  readonly side: 'before' | 'after';
  /** Every user table, leaf partition and materialised view on this side that the drill looks at. */
  readonly tables: readonly Table[];
  /** Is the relation of this name (as in `Table`), of whatever kind, left out of the drill by the user's patterns? It is then not in the backup. */
  isLeftOut(name: string): boolean;
  /** The user's patterns name the tables to take: the backup then holds those and what is part of them, and no schema, type, function or the like. */
  readonly onlyTables: boolean;
  /** The chains of the config; empty when it names none. */
  readonly chains: readonly ChainConfig[];
  /** The earlier capture from whose heads on chains are to be recomputed outside the database; null for from their beginning. */
  readonly since: Since | null;
  /** May primary keys of other than surrogate types be written out? See `Config.reveal`. */
  readonly reveal: 'surrogate-keys' | 'keys';
  readonly signal: AbortSignal;
  /**
   * Opens one more handle on the same snapshot, for long work that need not wait for other work. It costs a connection, and is the check's own handle
   * again on a server with one session only.
   */
  openWorker(): Promise<DatabaseHandle>;
  /** Threads, each with a handle on the same snapshot, for much work of the processor's; null where there is but one worker or one session. */
  readonly threads: Threads | null;
  /**
   * Asks for measures of one table in the scan that runs anyway. Only while checks prepare; the answer comes when the tables are read, and is not
   * kept: what the check makes of it in `observe` is. A capture in shards reads the whole table for it, in its first shard. Null where the scan reads
   * a sample only.
   *
   * @param owner a name of the check's own, by which its columns are told from those of others
   * @throws Error when the scan is under way
   */
  readonly measure: ((owner: string, table: Table, request: MeasureRequest) => Promise<MeasuredTable>) | null;
  /** Runs `work` once per side and key, and gives every caller the same result: for what several checks share. */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Tells the progress display how far this work is, in rows. */
  progress(label: string, rowsDone: number): void;
}

/** What `write` may use besides the restored database. */
export interface WriteContext extends Pick<
  ObserveContext,
  'tables' | 'isLeftOut' | 'chains' | 'reveal' | 'signal' | 'once'
> {
  /** Reads the restored database as its capture saw it. */
  readonly reader: DatabaseHandle;
  /** What the check of this name observed in that capture; null where there is no such check, or it could not. */
  observed(check: string): Json;
}

/** One thing that a check judged: a testcase of the JUnit report. */
export interface Subject {
  readonly name: string;
  /** The fact on either side, shown even when all is well. */
  readonly before: Json;
  readonly after: Json;
  /** Set when this one could not be judged: the check is then `unverified`, unless it failed. */
  readonly unverified?: string;
  /** Beside `unverified`: the relation, by its name, that is gone, where nothing else is the reason. Whoever accepts that it is gone accepts this with it. */
  readonly goneWith?: string;
}

/** The full answer of `judge`. A check may return its findings alone. */
export interface Judgement {
  readonly subjects: readonly Subject[];
  readonly findings: readonly Finding[];
  /** Set, with the reason, when the check does not apply to this database. */
  readonly skipped?: string;
  /** Things a reader should know that are no findings, such as "found by preset". */
  readonly notes?: readonly string[];
  /** Set when only a part was looked at: which one, to stand before the summary in every report. */
  readonly part?: string;
  /** Set when rows of a hash chain were recomputed outside the database only from this earlier capture on, and of the older ones a part. */
  readonly since?: RecordedSince;
}

/** What `judge` receives. Both sides were observed without error: core reports the rest as `unverified` itself. */
export interface JudgeInput<Observation extends Json, Options> {
  readonly before: Observed<Observation>;
  readonly after: Observed<Observation>;
  readonly options: Options;
}

/** What `locate` works with: the check's own findings, and the sides that can still be asked. */
export interface LocateInput<Options, Observation extends Json = Json> {
  readonly findings: readonly Finding[];
  readonly options: Options;
  readonly observed: { readonly before: Observed<Observation>; readonly after: Observed<Observation> };
  /** Null where only a manifest of that side is left. */
  readonly before: DatabaseHandle | null;
  readonly after: DatabaseHandle | null;
  /** By table name; empty for a side that is not there. */
  readonly tables: { readonly before: ReadonlyMap<string, Table>; readonly after: ReadonlyMap<string, Table> };
  readonly reveal: ObserveContext['reveal'];
  readonly signal: AbortSignal;
}

/**
 * A plug-in that observes a database and later judges two observations.
 *
 * `measure`, `observe` and `write` look and never judge; `judge` is synchronous and pure, and reads nothing. At least one of the first three is needed.
 */
export interface Check<Observation extends Json = Json, Options = unknown> {
  /** Kebab-case; also the file name, the key in the config, the prefix of its finding codes and the name of its page. */
  readonly name: string;
  readonly summary: string;
  /** What it reads and about what that costs, in one line for `pgdrill checks`. */
  readonly cost: string;
  /** JSON Schema of the options; no options when absent. */
  readonly optionsSchema?: JsonSchema;
  /** Measures over one table, fused with those of every other check into one scan. Empty when the table has nothing for this check. */
  measure?(table: Table, options: Options): Readonly<Record<string, Measure>>;
  /**
   * Expressions over one row, each evaluated once for every row however many measures use it. Measures and buckets name them as
   * `t."check-name:name"`.
   */
  derive?(table: Table, options: Options): Readonly<Record<string, string>>;
  /** Its measures need every row and cost next to nothing, such as a count: they are taken in every tier, where others see a sample or nothing. */
  readonly everyRow?: boolean;
  /**
   * Do its own queries, in `observe` or `write`, read what is in rows or large objects? The tier `counts` then leaves the check out. In a sample it
   * runs, and reads all that it asks for. Absent for what reads the catalogue alone, and for the checks of hash chains, which run in every tier.
   */
  readsRows?(options: Options): boolean;
  /** Keeps this check's measures bucket by bucket. At most one check may divide a table. */
  bucket?(table: Table, options: Options): Buckets | null;
  /** Runs before the scan is planned, for a check that has to look at the database before it knows what to ask of the scan. */
  prepare?(db: DatabaseHandle, options: Options, context: ObserveContext): Promise<void>;
  /** Its own queries, for what is not an aggregate over one table. Runs beside the scan; of a capture in shards, in the first alone, as `prepare` does. */
  observe?(db: DatabaseHandle, options: Options, context: ObserveContext): Promise<Observation>;
  /**
   * Tries the restored database by writing to it, in transactions that are rolled back: after both captures, and only where that is wanted. Its answer is
   * `after.written` when it is judged. What a database cannot roll back, such as the values that `nextval` takes, is better left alone.
   */
  write?(db: TrialDatabase, options: Options, context: WriteContext): Promise<Json>;
  judge(input: JudgeInput<Observation, Options>): Judgement | readonly Finding[];
  /** Narrows down what `judge` found, by asking the databases again. What it returns is added to the findings; it changes no verdict. */
  locate?(input: LocateInput<Options, Observation>): Promise<readonly Finding[]>;
}

/** Declares a check with its types inferred. */
export function defineCheck<Observation extends Json, Options = Readonly<Record<string, never>>>(
  check: Check<Observation, Options>,
): Check<Observation, Options> {
  return check;
}

/** Does a check look at a side when it is captured? */
export function looks({ measure, observe }: Pick<AnyCheck, 'measure' | 'observe'>): boolean {
  return measure !== undefined || observe !== undefined;
}

// A list of checks mixes observation and option types; inside core each check only ever meets its own.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyCheck = Check<any, any>;
