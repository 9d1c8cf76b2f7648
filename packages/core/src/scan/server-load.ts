import type { DatabaseHandle } from '../database/handle.ts';

/** What a server is at, besides us. */
export interface ServerLoad {
  /** Client sessions of others that run a statement right now, in any database of the server. */
  readonly sessions: number;
  /** Seconds by which the slowest replica's replay is late; 0 when all are up to date, or there is none. */
  readonly lagSeconds: number;
  /** The role, when it cannot see what others' sessions are at; null when it sees all of it. */
  readonly blindRole: string | null;
}

/**
 * Looks at the server's load through one of our handles.
 *
 * Our own sessions are those of the same login, client address and application name: the handles, and pg_dump, which gets the name too.
 *
 * Source: PostgreSQL manual, "The Cumulative Statistics System": inside a transaction `pg_stat_activity` stays as it was first read until
 * `pg_stat_clear_snapshot()`, and what other roles' sessions and the replicas are at is for members of `pg_read_all_stats`.
 */
export async function serverLoad(db: DatabaseHandle): Promise<ServerLoad> {
  await db.query('SELECT pg_catalog.pg_stat_clear_snapshot() AS cleared');
  const [row] = await db.query(LOAD);
  return {
    sessions: Number(row?.['sessions']),
    lagSeconds: Number(row?.['lag_seconds'] ?? 0),
    blindRole: row?.['blind_role'] ?? null,
  };
}

const LOAD = `
SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity AS a
         WHERE a.backend_type = 'client backend' AND a.state IN ('active', 'fastpath function call')
           AND NOT (a.usename = SESSION_USER AND a.application_name = pg_catalog.current_setting('application_name')
                    AND a.client_addr IS NOT DISTINCT FROM pg_catalog.inet_client_addr())) AS sessions,
       (SELECT pg_catalog.max(pg_catalog.date_part('epoch', r.replay_lag)) FROM pg_catalog.pg_stat_replication AS r) AS lag_seconds,
       CASE WHEN NOT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') THEN CURRENT_USER END AS blind_role`;
