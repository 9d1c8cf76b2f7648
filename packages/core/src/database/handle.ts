import type { Buffer } from 'node:buffer';

/** One row: PostgreSQL's own text of each value under the pinned session, or null. */
export type Row = Readonly<Record<string, string | null>>;

/** A bind parameter, sent as text; arrays become array literals of text. */
export type BindValue = string | number | bigint | boolean | null | readonly (string | null)[];

/**
 * A read-only, repeatable-read view of one database, the same over every driver.
 *
 * Every value is text or null (or, of `visitBinary`, bytes), never a Date or a number: both drivers' defaults cut microseconds off timestamps.
 * Statements run one after another. Errors are `DatabaseError`, with the SQLSTATE.
 */
export interface DatabaseHandle {
  /** Runs one statement and returns all its rows. Column names must be distinct. */
  query(text: string, values?: readonly BindValue[]): Promise<readonly Row[]>;
  /**
   * Reads a large result in batches from a server-side cursor, in flat memory. Leaving the loop early closes the cursor.
   *
   * @param batchSize rows per round trip; 5,000 unless told
   * @throws DatabaseError (SQLSTATE null) when one batch takes longer than the session's deadline
   */
  walk(text: string, values?: readonly BindValue[], batchSize?: number): AsyncIterable<readonly Row[]>;
  /**
   * Hands each row of a large result to `each` as it arrives, in flat memory: what `each` does not keep is gone. It takes about half the time of a walk,
   * since nobody waits for a batch, but nothing else runs on the handle meanwhile.
   *
   * @param each must not wait for anything; when it throws, the statement is cancelled
   * @returns how many rows there were
   * @throws DatabaseError (SQLSTATE null) when 10,000 rows take longer than the session's deadline; what `each` throws
   */
  visit(text: string, each: (row: Row) => void, values?: readonly BindValue[]): Promise<number>;
  /**
   * As `visit`, but the values come as bytes: text in UTF-8, everything else as its type sends it. Where they are not needed as text, it takes our process about a
   * third less time.
   *
   * @param text a query without bind parameters
   * @param each as of `visit`; what it is given is good only until it returns
   * @returns how many rows there were
   * @throws as `visit`
   */
  visitBinary(text: string, each: (row: BinaryRow) => void): Promise<number>;
}

/** One row in PostgreSQL's binary forms, good only until the next one comes. Source: PostgreSQL manual, "COPY", "Binary Format". */
export interface BinaryRow {
  /** Holds the values of this row, among others. */
  readonly bytes: Buffer;
  /** Where in `bytes` the value of each column begins; -1 where it is NULL. */
  readonly starts: readonly number[];
  /** Where it ends. */
  readonly ends: readonly number[];
}

/** A connection that may write. Only targets, sandboxes and workloads hold one, never a check: see `TrialDatabase`. Values are text here too. */
export interface WritableConnection {
  query(text: string, values?: readonly BindValue[]): Promise<readonly Row[]>;
  /** Runs several statements in one simple-protocol message, outside any transaction of ours. */
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

/** What identifies a database, whatever its URL is spelled like. */
export interface DatabaseIdentity {
  /** `pg_control_system().system_identifier`, in decimal; null where the role may not read it. */
  readonly systemIdentifier: string | null;
  /** `pg_database.oid`, in decimal. */
  readonly databaseOid: string;
  readonly databaseName: string;
}

/** Server facts that the manifest records. */
export interface ServerFacts {
  /** As `SHOW server_version` says it. */
  readonly version: string;
  /** `server_version_num`, such as 150018. */
  readonly versionNumber: number;
  readonly encoding: string;
  readonly collation: string;
}

/**
 * A group of handles that all see one exported MVCC snapshot.
 *
 * The leader's transaction stays open until `close`, so that workers and `pg_dump --snapshot` can join at any time.
 */
export interface SnapshotSession {
  /** What `pg_export_snapshot()` returned, or the snapshot that was joined; null on a single-session server (PGlite), where nobody else can write meanwhile. */
  readonly snapshotId: string | null;
  /** What one more session joins the snapshot by, for as long as this one is open; null on a single-session server. */
  readonly joinId: string | null;
  readonly leader: DatabaseHandle;
  readonly identity: DatabaseIdentity;
  readonly server: ServerFacts;
  /** The settings pinned in each session, name to value: the text of values depends on them. */
  readonly prelude: Readonly<Record<string, string>>;
  /** Opens one more handle on the same snapshot. On a single-session server it returns the leader. */
  openWorker(): Promise<DatabaseHandle>;
  /** Ends every transaction and connection; safe to call twice, never throws. */
  close(): Promise<void>;
}
