import { DatabaseError, UsageError } from '../errors.ts';
import { connect, type Connected } from './connect.ts';
import { describeConnection, type ConnectionSettings, type DriverName } from './connection.ts';
import { databaseError } from './database-error.ts';
import type { DriverResult } from './driver.ts';
import type { DatabaseHandle, DatabaseIdentity, Row, ServerFacts, SnapshotSession } from './handle.ts';
import { pinForTransaction } from './prelude.ts';
import { rowsOf } from './rows.ts';
import { setSavepoint, snapshotHandle } from './snapshot-handle.ts';
import { statementQueue, type StatementQueue } from './statement-queue.ts';

/** How to open a session. */
export interface SnapshotOptions {
  readonly connection: ConnectionSettings;
  readonly driver: DriverName;
  /** Cancels the running statements of every handle at once; each then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Seconds that one round trip may take (a query, or one batch of a walk); 0 for no bound. An hour unless told. */
  readonly deadlineSeconds?: number | undefined;
  /** Joins the snapshot that another session exported, instead of taking a new one. */
  readonly snapshotId?: string | undefined;
}

const defaultDeadlineSeconds = 3_600;

/**
 * Opens a read-only, repeatable-read view of a database, and exports its snapshot so that workers and `pg_dump --snapshot` can join.
 *
 * @throws DatabaseError when the connection or the snapshot cannot be had; UsageError for a snapshot id that cannot be one, or TLS files that
 * cannot be read; the signal's reason when it is aborted
 */
export async function openSnapshot(options: SnapshotOptions): Promise<SnapshotSession> {
  const single = options.connection.singleSession === true;
  const queues: StatementQueue[] = [];
  const open = async (snapshotId: string | undefined, isWorker = false): Promise<Opened> => {
    const opened = await begin(options, snapshotId, { exports: !single, isWorker });
    queues.push(opened.queue);
    return opened;
  };
  const close = async (): Promise<void> => {
    await Promise.all(queues.map((queue) => queue.close('ROLLBACK')));
  };
  try {
    const { handle: leader, prelude, facts } = await open(options.snapshotId);
    // A snapshot that was joined is exported anew: the workers then need no one but the leader.
    const snapshotId = facts['snapshot_id'] ?? null;
    return {
      snapshotId: options.snapshotId ?? snapshotId,
      joinId: snapshotId,
      leader,
      identity: await identify(leader, facts),
      server: serverFacts(facts),
      prelude,
      openWorker: async () => (snapshotId === null ? leader : (await open(snapshotId, true)).handle),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opened {
  readonly queue: StatementQueue;
  readonly handle: DatabaseHandle;
  readonly prelude: Readonly<Record<string, string>>;
  readonly facts: Row;
}

/** Whether the session exports its snapshot, and whether it is one of several that divide the work of one. */
interface Part {
  readonly exports: boolean;
  readonly isWorker: boolean;
}

async function begin(options: SnapshotOptions, snapshotId: string | undefined, part: Part): Promise<Opened> {
  const { connection: settings, driver, signal, deadlineSeconds = defaultDeadlineSeconds } = options;
  const script = opening(snapshotId, part);
  const connection = await connect(settings, driver, signal);
  const queue = statementQueue(connection, settings, { doing: 'A query on', signal, deadlineSeconds });
  try {
    const [pinned, facts] = await queue.run(() => openTransaction(connection, script, settings, snapshotId));
    return { queue, handle: snapshotHandle(queue), prelude: asRecord(pinned), facts: onlyRow(facts, settings) };
  } catch (error) {
    await queue.close();
    throw error;
  }
}

async function openTransaction(
  connection: Connected,
  script: string,
  settings: ConnectionSettings,
  snapshotId: string | undefined,
): Promise<readonly DriverResult[]> {
  try {
    return await connection.simple(script);
  } catch (error) {
    const described = databaseError(error, 'Opening a read-only snapshot on', settings);
    if (snapshotId === undefined || !isNotJoined(described)) throw described;
    throw new DatabaseError(
      described.sqlstate,
      `${described.message} The snapshot ${snapshotId} cannot be joined there: it lasts as long as the transaction that exported it, and only in ` +
        'that database of that server. Is that session still open? If not, export a new one, and begin again with that.',
    );
  }
}

/**
 * What `SET TRANSACTION SNAPSHOT` may say: no such snapshot (22023; 42704 from PostgreSQL 17 on), its transaction is over (55000), it is of another
 * database (0A000).
 */
function isNotJoined(error: Error): error is DatabaseError {
  return error instanceof DatabaseError && ['22023', '42704', '55000', '0A000'].includes(error.sqlstate ?? '');
}

/** One message, so that opening costs one round trip. The snapshot comes before any query, as PostgreSQL demands. */
function opening(snapshotId: string | undefined, { exports, isWorker }: Part): string {
  if (snapshotId !== undefined && !/^[0-9A-Fa-f-]+$/.test(snapshotId)) {
    throw new UsageError(
      `The snapshot id ${JSON.stringify(snapshotId)} cannot be one: pg_export_snapshot() returns such as 00000003-0000001B-1.`,
    );
  }
  return [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    ...(snapshotId === undefined ? [] : [`SET TRANSACTION SNAPSHOT '${snapshotId}'`]),
    'SET LOCAL statement_timeout = 0',
    pinForTransaction,
    // A worker is one process of the server. Besides, for a statement that reads a hundred small tables the planner would take many more, for longer.
    ...(isWorker ? ['SET LOCAL max_parallel_workers_per_gather = 0'] : []),
    `SELECT ${exports ? 'pg_catalog.pg_export_snapshot()' : 'NULL::text'} AS snapshot_id,
      d.oid, d.datname AS name, pg_catalog.to_jsonb(d) AS database,
      pg_catalog.current_setting('server_version') AS version, pg_catalog.current_setting('server_version_num') AS version_number,
      pg_catalog.current_setting('server_encoding') AS encoding
      FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()`,
    setSavepoint,
  ].join(';\n');
}

async function identify(leader: DatabaseHandle, facts: Row): Promise<DatabaseIdentity> {
  return {
    systemIdentifier: await systemIdentifier(leader),
    databaseOid: facts['oid'] ?? '',
    databaseName: facts['name'] ?? '',
  };
}

/** Null where the role may not call the function, or a server in the browser has no control file. */
async function systemIdentifier(leader: DatabaseHandle): Promise<string | null> {
  try {
    const [row] = await leader.query('SELECT system_identifier AS id FROM pg_catalog.pg_control_system()');
    return row?.['id'] ?? null;
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlstate !== null && !/^(?:08|57)/.test(error.sqlstate)) return null;
    throw error;
  }
}

function serverFacts(facts: Row): ServerFacts {
  return {
    version: facts['version'] ?? '',
    versionNumber: Number(facts['version_number']),
    encoding: facts['encoding'] ?? '',
    collation: collation(JSON.parse(facts['database'] ?? '{}') as Readonly<Record<string, unknown>>),
  };
}

/** The default collation, with its provider where it is not libc. The locale's column is named after ICU in 15 and 16, and is newer than 14. */
function collation(database: Readonly<Record<string, unknown>>): string {
  const locale = database['datlocale'] ?? database['daticulocale'] ?? database['datcollate'];
  switch (database['datlocprovider']) {
    case 'i':
      return `${String(locale)} (icu)`;
    case 'b':
      return `${String(locale)} (builtin)`;
    default:
      return String(database['datcollate']);
  }
}

function asRecord(pinned: DriverResult | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((pinned?.rows ?? []).map(({ name, value }) => [name ?? '', value ?? '']));
}

function onlyRow(result: DriverResult | undefined, settings: ConnectionSettings): Row {
  const [row] = result === undefined ? [] : rowsOf(result);
  if (row === undefined)
    throw new DatabaseError(
      null,
      `${describeConnection(settings)} does not list its own database in pg_database. Check the catalogue.`,
    );
  return row;
}
