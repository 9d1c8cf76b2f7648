import {
  openWritable,
  UsageError,
  describeConnection,
  type ConnectionSettings,
  type DriverName,
  type WritableConnection,
} from '@pgdrill/core';
import { auditChainOrder, auditChainRules, auditChainTables } from './audit-chain-sql.ts';
import { auditEvents } from './audit-event.ts';
import { insertInBulk } from './insert-in-bulk.ts';
import { insertThroughTrigger } from './insert-through-trigger.ts';

/** What to load and where. */
export interface AuditChainOptions {
  /** An empty database. */
  readonly connection: ConnectionSettings;
  readonly driver: DriverName;
  /** 24 unless given. */
  readonly rows?: number | undefined;
  /** Other seeds give other events; the same seed gives the same, to the byte. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told the number of rows done so far. */
  readonly progress?: ((rows: number) => void) | undefined;
}

/** What was loaded. */
export interface LoadedAuditChain {
  readonly rows: number;
  /** Hash of the last row; null when there is none. */
  readonly headHash: string | null;
  readonly seconds: number;
}

/** Up to here, rows go through the sealing trigger one by one; beyond, that would take long, and they are sealed outside to the same hashes. */
const mostThroughTrigger = 200;

/**
 * Loads the reference workload `audit-chain`: a table of audit events in which each row holds the hash of the one before.
 *
 * @throws UsageError when the database is not empty or `rows` is no number of rows; nothing has been written then
 */
export async function loadAuditChain(options: AuditChainOptions): Promise<LoadedAuditChain> {
  const { connection: settings, driver, rows = 24, seed = 1, signal, progress = () => undefined } = options;
  if (!Number.isSafeInteger(rows) || rows < 0) {
    throw new UsageError(`The number of rows is ${rows}: it must be a whole number, 0 or more.`);
  }
  const started = performance.now();
  const connection = await openWritable(settings, driver, signal);
  try {
    await refuseUnlessEmpty(connection, settings);
    const insert = rows <= mostThroughTrigger ? insertThroughTrigger : insertInBulk;
    // All or nothing: a load that is broken off leaves the database as empty as it was.
    await connection.script(`BEGIN;${auditChainTables}${auditChainRules}`);
    const headHash = await insert(connection, auditEvents(seed), rows, progress, signal);
    await connection.script(`${auditChainOrder} COMMIT;`);
    await connection.script('ANALYZE public.audit_events, public.audit_chain_head');
    return { rows, headHash, seconds: (performance.now() - started) / 1000 };
  } finally {
    await connection.close();
  }
}

async function refuseUnlessEmpty(connection: WritableConnection, settings: ConnectionSettings): Promise<void> {
  const found = await connection.query(`
    SELECT c.oid::pg_catalog.regclass::text AS name FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relkind NOT IN ('i', 'I', 'c')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.oid LIMIT 4`);
  if (found.length === 0) return;
  const names = found.slice(0, 3).map((row) => row['name']);
  throw new UsageError(
    `The workload needs an empty database, and ${describeConnection(settings)} holds ${names.join(', ')}${found.length > 3 ? ' and more' : ''}. ` +
      'Make a new one with createdb and name that.',
  );
}
