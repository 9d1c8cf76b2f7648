import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openSnapshot,
  openWritable,
  quoteIdentifier,
  resolveConnection,
  type Artefact,
  type BackupContext,
  type BackupSelection,
  type ConnectionSettings,
  type LogEvent,
  type LogLine,
  type RestoreContext,
  type RestoreLog,
  type Row,
} from '@pgdrill/core';
import { testServerUrl } from '../../../sandbox/src/testing/test-database.ts';
import { pgDump, type PgDumpOptions } from '../mod.ts';

/** One backup and restore through the method's interface, as the drill does it, with all of it cleaned up at the end. */
export interface Rehearsal {
  readonly source: ConnectionSettings;
  readonly directory: string;
  /** Everything that the method told while it ran. */
  readonly log: readonly LogLine[];
  /** What it made of the errors and warnings among them. */
  readonly events: readonly LogEvent[];
  /** The bytes that it told of. */
  readonly progress: readonly number[];
  back(options?: PgDumpOptions, signal?: AbortSignal, selection?: BackupSelection | null): Promise<Artefact>;
  check(artefact: Artefact, options?: PgDumpOptions, destructive?: boolean): Promise<void>;
  /** Restores into a new empty database, unless told which. */
  restore(artefact: Artefact, options?: PgDumpOptions, more?: RestoreInto): Promise<RestoreLog>;
  /** In the database of the last restore. */
  query(sql: string): Promise<readonly Row[]>;
  querySource(sql: string): Promise<readonly Row[]>;
  newDatabase(name?: string): Promise<ConnectionSettings>;
  close(): Promise<void>;
}

export interface RestoreInto {
  readonly target?: ConnectionSettings;
  readonly signal?: AbortSignal;
  readonly selection?: BackupSelection;
}

/** A superuser's connection to a database of the shared test server. */
export function connectionTo(database: string, changes: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return { ...resolveConnection(testServerUrl(), {}), database, ...changes };
}

export async function queryAt(connection: ConnectionSettings, sql: string): Promise<readonly Row[]> {
  const db = await openWritable(connection, 'pg');
  try {
    return await db.query(sql);
  } finally {
    await db.close();
  }
}

export async function scriptAt(connection: ConnectionSettings, sql: string): Promise<void> {
  const db = await openWritable(connection, 'pg');
  try {
    await db.script(sql);
  } finally {
    await db.close();
  }
}

/** @param sql fills the source, a new database */
export async function startRehearsal(sql: string, name?: string): Promise<Rehearsal> {
  const databases: string[] = [];
  const log: LogLine[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'pgdrill-test-'));
  const newDatabase = async (wanted = `test_${randomBytes(8).toString('hex')}`): Promise<ConnectionSettings> => {
    await queryAt(connectionTo('postgres'), `CREATE DATABASE ${quoteIdentifier(wanted)} TEMPLATE template0`);
    databases.push(wanted);
    return connectionTo(wanted);
  };
  const close = async (): Promise<void> => {
    await rm(directory, { recursive: true, force: true });
    for (const database of databases.splice(0)) {
      await queryAt(connectionTo('postgres'), `DROP DATABASE IF EXISTS ${quoteIdentifier(database)} WITH (FORCE)`);
    }
  };
  try {
    const source = await newDatabase(name);
    await scriptAt(source, sql);
    return rehearsalOf(source, directory, log, newDatabase, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function rehearsalOf(
  source: ConnectionSettings,
  directory: string,
  log: LogLine[],
  newDatabase: Rehearsal['newDatabase'],
  close: Rehearsal['close'],
): Rehearsal {
  let restored: ConnectionSettings | undefined;
  const progress: number[] = [];
  const events: LogEvent[] = [];
  const base = {
    directory,
    event: (event: LogEvent) => void events.push(event),
    log: (line: LogLine) => void log.push(line),
    progress: (bytes: number) => void progress.push(bytes),
  };
  const restoreContext = async (
    options: PgDumpOptions,
    destructive: boolean,
    signal: AbortSignal,
    selection: BackupSelection | null = null,
  ): Promise<RestoreContext<PgDumpOptions>> => ({
    ...base,
    options,
    selection,
    signal,
    destructive,
    target: (await facts(source)).server,
  });
  return {
    source,
    directory,
    log,
    events,
    progress,
    newDatabase,
    close,
    back: (options = {}, signal = new AbortController().signal, selection = null) =>
      back(source, { ...base, options, signal, selection }),
    check: async (artefact, options = {}, destructive = false) => {
      await pgDump.check(artefact, await restoreContext(options, destructive, new AbortController().signal));
    },
    restore: async (artefact, options = {}, { target, selection, signal = new AbortController().signal } = {}) => {
      restored = target ?? (await newDatabase());
      return await pgDump.restore(artefact, restored, await restoreContext(options, false, signal, selection));
    },
    query: async (sql) => await queryAt(restored ?? source, sql),
    querySource: async (sql) => await queryAt(source, sql),
  };
}

async function facts(
  connection: ConnectionSettings,
): Promise<Pick<Awaited<ReturnType<typeof openSnapshot>>, 'server'>> {
  const session = await openSnapshot({ connection, driver: 'pg', signal: new AbortController().signal });
  await session.close();
  return session;
}

type BackupParts = Omit<BackupContext<PgDumpOptions>, 'source' | 'target' | 'snapshotId'>;

async function back(source: ConnectionSettings, parts: BackupParts): Promise<Artefact> {
  const session = await openSnapshot({ connection: source, driver: 'pg', signal: new AbortController().signal });
  try {
    const { server, snapshotId } = session;
    return await pgDump.backup(source, { ...parts, source: server, target: server, snapshotId });
  } finally {
    await session.close();
  }
}
