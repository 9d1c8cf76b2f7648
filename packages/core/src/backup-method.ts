import type { ExpectedDifference } from './accept/acceptance.ts';
import type { ConnectionSettings } from './database/connection.ts';
import type { ServerFacts } from './database/handle.ts';
import type { JsonSchema } from './json.ts';
import type { LogEvent } from './log-event.ts';
import type { PreflightItem } from './preflight/item.ts';
import type { LogLine } from './progress.ts';

/** A backup on disk. */
export interface Artefact {
  readonly method: string;
  /** Such as `custom`, `directory`, `tar`, `plain`. */
  readonly format: string;
  /** A file, or the directory that holds the files. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in hex: of the file; for a directory, of the sorted lines `sha256  relative-name\n` of its files (as `sha256sum` prints them). */
  readonly sha256: string;
  /** Tool and server versions, by name, such as `{ pg_dump: '15.18' }`. */
  readonly versions: Readonly<Record<string, string>>;
  readonly log: readonly LogLine[];
}

/** What a restore said. A restore that failed throws `DrillFailure` instead, unless the config told the tool to go on. */
export interface RestoreLog {
  readonly versions: Readonly<Record<string, string>>;
  readonly log: readonly LogLine[];
  /** The number of errors that the tool went on after. */
  readonly errors: number;
}

/** Which tables are on trial, where that is not all of them. Patterns as `pg_dump` reads them. */
export interface BackupSelection {
  readonly tables: readonly string[];
  readonly excludeTables: readonly string[];
  /** The schemas of all that the patterns of `tables` match in the source; empty where there are none. */
  readonly schemas: readonly string[];
}

/** What a method may use. */
export interface BackupContext<Options = unknown> {
  readonly options: Options;
  /** The exported snapshot that the backup must be taken on; null when the server has one session only. */
  readonly snapshotId: string | null;
  readonly source: ServerFacts;
  /** Null: the whole database. */
  readonly selection: BackupSelection | null;
  /** The server that it will be restored on; null when that is not known yet. */
  readonly target: ServerFacts | null;
  /** A directory of the drill's own; what is left in it is removed at the end, unless it is kept. */
  readonly directory: string;
  readonly signal: AbortSignal;
  log(line: LogLine): void;
  /** Takes what an error or a warning among the lines means, for the report. A method that tells nothing here is judged by its count of errors alone. */
  event(event: LogEvent): void;
  progress(bytesDone: number): void;
}

/** What a restore may use. */
export interface RestoreContext<Options = unknown> {
  readonly options: Options;
  /** As it was backed up; null: the whole database. */
  readonly selection: BackupSelection | null;
  readonly target: ServerFacts;
  /** True when the target destroys something before the restore: then the whole archive must have been read first. */
  readonly destructive: boolean;
  readonly directory: string;
  readonly signal: AbortSignal;
  log(line: LogLine): void;
  /** Takes what an error or a warning among the lines means, for the report. A method that tells nothing here is judged by its count of errors alone. */
  event(event: LogEvent): void;
  progress(bytesDone: number): void;
}

/** What a backup and its restore will ask of either side, as far as it can be told from the options. */
export interface RestoreDemands {
  /** The restore sets owners, which must be there. */
  readonly owners: boolean;
  /** The restore grants privileges, to roles which must be there. */
  readonly privileges: boolean;
  readonly tablespaces: boolean;
  /** The restore ends at its first error. */
  readonly stopsOnError: boolean;
  /** The options leave out a part, so that what the source has may not be asked for. */
  readonly isPartial: boolean;
  /** The backup takes the rows that row security lets its role see, and no more. */
  readonly rowSecurity: boolean;
  /** As whom the backup is taken, when not as the role of the connection. */
  readonly role: string | null;
  /** Bytes of backup for each byte of database, roughly. */
  readonly bytesPerByte: number;
}

/** What a method tells before anything is started. */
export interface MethodPreflight {
  readonly demands: RestoreDemands;
  /** Of the method's own: its programs, their versions. */
  readonly items: readonly PreflightItem[];
}

/**
 * How a backup is taken and restored.
 *
 * @throws each method: `UsageError` for options that cannot work, `CannotVerifyError` for a missing or unfit tool or a lost connection,
 * `DrillFailure` when the backup itself is proven bad.
 */
export interface BackupMethod<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly optionsSchema: JsonSchema;
  /** Can it back up some of the tables? If not, a drill of some of them is refused. */
  readonly selectsTables?: boolean;
  /** Throws `UsageError` for options that each fit the schema but contradict one another. Called before anything is opened. */
  validate?(options: Options): void;
  /**
   * The differences that follow from the options, and from them alone: they are accepted without a word in the config, and shown as such. Each has one
   * of `check` and `code` at least, and a reason that names the option.
   *
   * @param drill `someTables`: only tables that match patterns are backed up; `inPlace`: restored into the very database that was backed up
   */
  expectedDifferences?(
    options: Options,
    drill: { readonly someTables: boolean; readonly inPlace: boolean },
  ): readonly ExpectedDifference[];
  /**
   * Everything that can be known to fail before anything starts: tools found, versions fit. Returns what it chose, for the report.
   *
   * @param servers `destructive` as in `RestoreContext`: then a backup of only a part of the database is refused
   */
  prepare(
    options: Options,
    servers: { readonly source: ServerFacts; readonly target: ServerFacts; readonly destructive: boolean },
  ): Promise<Readonly<Record<string, string>>>;
  /**
   * Judges, before anything is started, what `prepare` chose, and says what the restore will ask for. Without it, that is not known.
   *
   * @param about `versions` from `prepare`; null when it failed
   */
  preflight?(
    options: Options,
    about: {
      readonly source: ServerFacts;
      readonly target: ServerFacts;
      readonly versions: Readonly<Record<string, string>> | null;
      readonly today: Date;
    },
  ): MethodPreflight;
  backup(source: ConnectionSettings, context: BackupContext<Options>): Promise<Artefact>;
  /**
   * Proves that the artefact is still what `backup` wrote and is no stump. When the restore is destructive it is read to its end too, with the
   * tool that will restore it; otherwise the restore itself shows that, and nothing is lost if it does not.
   */
  check(artefact: Artefact, context: RestoreContext<Options>): Promise<void>;
  restore(artefact: Artefact, target: ConnectionSettings, context: RestoreContext<Options>): Promise<RestoreLog>;
}

/** Declares a backup method with its types inferred. */
export function defineBackupMethod<Options>(method: BackupMethod<Options>): BackupMethod<Options> {
  return method;
}

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyBackupMethod = BackupMethod<any>;
