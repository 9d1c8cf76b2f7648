import type { WriteContext, Written } from './check.ts';
import type { ConnectionSettings } from './database/connection.ts';
import type { DatabaseHandle, DatabaseIdentity, SnapshotSession, WritableConnection } from './database/handle.ts';
import { listTables } from './database/tables.ts';
import { trialDatabase } from './database/trial-database.ts';
import { openWritable } from './database/writable-connection.ts';
import { CannotVerifyError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import { messageOf } from './message-of.ts';
import type { CapturePlan, PlannedCheck } from './plan.ts';
import { isInTier } from './tier/tier-checks.ts';

/** The restored database, in which checks may try to write. */
export interface WriteSite {
  readonly connection: ConnectionSettings;
  /** Still open from its capture. */
  readonly session: SnapshotSession;
  /** What its capture saw. */
  readonly manifest: Manifest;
  /** Of the source, which must be another database. */
  readonly source: DatabaseIdentity;
}

/** The checks that write, in the tier of the plan. */
export function writingChecks({ checks, tier }: Pick<CapturePlan, 'checks' | 'tier'>): readonly PlannedCheck[] {
  return checks.filter((planned) => planned.check.write !== undefined && isInTier(planned, tier?.name ?? 'full'));
}

/** The manifest with the reason why none of the checks that write was to do so. */
export function withoutWrites(manifest: Manifest, checks: readonly PlannedCheck[], reason: string): Manifest {
  return withWritten(manifest, checks, () => ({ skipped: reason }));
}

/**
 * Lets every check that writes try the restored database, each statement in a transaction that is rolled back; adds what they saw to its manifest.
 *
 * A check that could not try has its error there, and is judged `unverified`.
 *
 * @throws DatabaseError when the connection cannot be had; CannotVerifyError when it leads to another database than was captured, or to the source
 */
export async function writeTrials(plan: CapturePlan, site: WriteSite, signal: AbortSignal): Promise<Manifest> {
  const checks = writingChecks(plan);
  const connection = await openWritable(site.connection, plan.driver, signal);
  const results = new Map<string, Written | { readonly error: string }>();
  try {
    await refuseOther(connection, site);
    const db = trialDatabase(connection);
    const context = await writeContext(plan, site, signal);
    for (const { check, options } of checks) {
      if (!check.write) continue;
      try {
        results.set(check.name, { seen: await check.write(db, options, context) });
      } catch (error) {
        signal.throwIfAborted();
        results.set(check.name, { error: messageOf(error) });
      }
    }
  } finally {
    await connection.close();
  }
  return withWritten(site.manifest, checks, (name) => results.get(name) ?? { skipped: 'Not tried.' });
}

function withWritten(
  manifest: Manifest,
  checks: readonly PlannedCheck[],
  writtenBy: (name: string) => Written | { readonly error: string },
): Manifest {
  const written = checks.map(({ check, options }) => {
    const observed = manifest.checks[check.name] ?? { options: options as null, observation: null, tables: {} };
    return [check.name, { ...observed, written: writtenBy(check.name) }] as const;
  });
  return { ...manifest, checks: { ...manifest.checks, ...Object.fromEntries(written) } };
}

/** True where two identities may be of one database: also where a role may not read the system identifier, and all else is the same. */
export function mayBeSame(one: DatabaseIdentity, other: DatabaseIdentity): boolean {
  if (one.databaseOid !== other.databaseOid || one.databaseName !== other.databaseName) return false;
  const [a, b] = [one.systemIdentifier, other.systemIdentifier];
  return a === null || b === null || a === b;
}

/** A name may lead elsewhere by now: to another server behind it, or to a database that took the place of the captured one. */
async function refuseOther(connection: WritableConnection, { session, source }: WriteSite): Promise<void> {
  const [here] = await connection.query(PLACE);
  const [captured] = await session.leader.query(PLACE);
  if (here?.['place'] !== captured?.['place']) {
    throw new CannotVerifyError(
      'The connection for the write test leads to another database than the one that was captured: nothing was written.',
    );
  }
  if (mayBeSame(session.identity, source)) {
    throw new CannotVerifyError('The restored database cannot be told from the source, so nothing was written to it.');
  }
}

const PLACE = `SELECT pg_catalog.concat_ws(' ', oid::text, pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time())::text) AS place
  FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`;

async function writeContext(
  plan: CapturePlan,
  { session, manifest }: WriteSite,
  signal: AbortSignal,
): Promise<WriteContext> {
  const reader: DatabaseHandle = session.leader;
  const leftOut = new Set(manifest.selection?.leftOut);
  const tables = await listTables(reader);
  const shared = new Map<string, Promise<unknown>>();
  return {
    reader,
    tables: tables.filter(({ name }) => !leftOut.has(name)),
    isLeftOut: (name) => leftOut.has(name),
    observed: (check) => manifest.checks[check]?.observation ?? null,
    chains: plan.chains,
    reveal: plan.reveal,
    signal,
    once<T>(key: string, work: () => Promise<T>): Promise<T> {
      const result = shared.get(key) ?? work();
      shared.set(key, result);
      return result as Promise<T>;
    },
  };
}
