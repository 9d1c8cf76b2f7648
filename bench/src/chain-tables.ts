import type { ChainConfig, ConnectionSettings } from '@pgdrill/core';
import { loadAuditChain } from '@pgdrill/sandbox';
import type { Sandbox } from '@pgdrill/sandbox';
import { execute, makeDatabase } from './bench-server.ts';

/** A chain to verify, and the database's own function that walks it row by row. */
export interface BenchChain {
  readonly connection: ConnectionSettings;
  readonly config: ChainConfig;
  readonly loop: string;
}

/** The reference chain with so many rows, as the workload makes it. */
export async function referenceChain(sandbox: Sandbox, rows: number, signal: AbortSignal): Promise<BenchChain> {
  const connection = await makeDatabase(sandbox, 'chain');
  await loadAuditChain({ connection, driver: 'pg', rows, signal });
  await execute(connection, 'VACUUM ANALYZE public.audit_events');
  return { connection, ...described('public.audit_events', 'public.verify_audit_chain()') };
}

/** The same rows in the order of a sequence of which one number in ten was rolled back. */
export async function chainWithGaps(sandbox: Sandbox, rows: number, signal: AbortSignal): Promise<BenchChain> {
  const connection = await makeDatabase(sandbox, 'gaps');
  await loadAuditChain({ connection, driver: 'pg', rows, signal });
  const statements = [
    `CREATE TABLE public.audit_gaps AS
       SELECT n + n / 9 AS seq, e.* FROM (SELECT row_number() OVER (ORDER BY "timestamp", id) AS n, * FROM public.audit_events) AS e`,
    'ALTER TABLE public.audit_gaps DROP COLUMN n',
    'ALTER TABLE public.audit_gaps ADD PRIMARY KEY (seq)',
    'ALTER TABLE public.audit_events DISABLE TRIGGER USER',
    'TRUNCATE public.audit_events',
    loopOverGaps,
    'VACUUM ANALYZE public.audit_gaps',
  ];
  for (const statement of statements) await execute(connection, statement);
  const { config, loop } = described('public.audit_gaps', 'public.verify_audit_gaps()');
  return { connection, config: { ...config, order: ['seq'] }, loop };
}

function described(table: string, verify: string): Pick<BenchChain, 'config' | 'loop'> {
  const query = `SELECT * FROM ${verify}`;
  // Its own function is timed by itself, so that no verifier waits for it.
  const own = { query, firstBreak: 'first_break_id', rows: 'row_count', before: false };
  return { config: { preset: 'audit-chain', table, verify: own }, loop: query };
}

/** The workload's function, over the other table. */
const loopOverGaps = `
CREATE FUNCTION public.verify_audit_gaps(OUT first_break_id text, OUT first_break_pos bigint, OUT row_count bigint)
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
  event public.audit_events;
  head text;
BEGIN
  row_count := 0;
  FOR event IN
    SELECT g.id, g.actor, g.actor_type, g.action, g.resource_type, g.resource_id, g.details, g."timestamp", g.prev_hash, g.row_hash
      FROM public.audit_gaps AS g ORDER BY g.seq
  LOOP
    row_count := row_count + 1;
    IF first_break_pos IS NULL
      AND (event.prev_hash IS DISTINCT FROM head OR event.row_hash <> public.audit_row_hash(head, event))
    THEN
      first_break_id := event.id;
      first_break_pos := row_count;
    END IF;
    head := event.row_hash;
  END LOOP;
END
$$`;
