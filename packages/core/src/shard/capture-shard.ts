import { capture } from '../capture.ts';
import type { CaptureContext } from '../capture.ts';
import type { DatabaseHandle } from '../database/handle.ts';
import { tableFiles } from '../database/table-files.ts';
import { listTables } from '../database/tables.ts';
import { CannotVerifyError, UsageError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';
import type { CapturePlan } from '../plan.ts';
import { BLOCK_BYTES } from '../scan/chunk-queue.ts';
import { tableScan } from '../scan/table-scan.ts';
import type { TableScan } from '../scan/table-scan.ts';
import type { Shard, ShardPlace, SnapshotFacts } from '../shard.ts';
import { checksInTier } from '../tier/tier-checks.ts';
import { mergeRules } from './merge-rules.ts';
import { planDigest } from './plan-digest.ts';
import { sealShard } from './seal-shard.ts';

/**
 * Captures one part of a database.
 *
 * @throws DatabaseError when the connection is lost; CannotVerifyError when a table was rewritten meanwhile, so that the rows of this part may be none
 * of those that the other shards leave to it
 */
export async function captureShard(plan: CapturePlan, shard: ShardPlace, context: CaptureContext): Promise<Shard> {
  if (plan.tier?.name === 'sample') {
    throw new UsageError('A sample is not captured in shards: it reads little anyway. Leave out --shard, or the tier.');
  }
  const { leader, openWorker } = context.session;
  const filesBefore = await tableFiles(leader);
  const snapshot = await snapshotFacts(leader);
  const { kind: _, schemaVersion, ...part } = await capture(plan, { ...context, shard });
  const filesAfter = await tableFiles(await openWorker());
  refuseRewritten(part.tables, filesBefore, filesAfter);
  const scans = await scansOf(plan, part.tables, leader);
  return sealShard({
    kind: 'pgdrill-shard',
    schemaVersion,
    shard,
    snapshot,
    plan: planDigest(plan, scans),
    rules: mergeRules(scans),
    files: Object.fromEntries(part.tables.map(({ name }) => [name, filesAfter[name] ?? null])),
    part,
  });
}

async function snapshotFacts(leader: DatabaseHandle): Promise<SnapshotFacts> {
  const [facts] = await leader.query(
    `SELECT pg_catalog.pg_postmaster_start_time() AS started, pg_catalog.txid_current_snapshot() AS transactions,
      pg_catalog.current_setting('block_size') AS block_bytes`,
  );
  if (facts?.['block_bytes'] !== `${BLOCK_BYTES}`) {
    throw new CannotVerifyError(
      `This server was built with blocks of ${facts?.['block_bytes']} bytes, and shards are cut for ${BLOCK_BYTES}. Capture it without --shard.`,
    );
  }
  return { serverStartedAt: facts['started'] ?? '', transactions: facts['transactions'] ?? '' };
}

/** Without their sizes, which are not of the snapshot: each shard would be told others. */
async function scansOf(
  plan: CapturePlan,
  taken: Manifest['tables'],
  leader: DatabaseHandle,
): Promise<readonly TableScan[]> {
  const names = new Set(taken.map(({ name }) => name));
  const tables = await listTables(leader);
  const checks = checksInTier(plan.checks, plan.tier?.name ?? 'full');
  return tables.filter(({ name }) => names.has(name)).map((table) => tableScan({ ...table, bytes: 0 }, checks));
}

function refuseRewritten(tables: Manifest['tables'], before: Shard['files'], after: Shard['files']): void {
  const rewritten = tables.map(({ name }) => name).filter((name) => before[name] !== after[name]);
  if (rewritten.length === 0) return;
  throw new CannotVerifyError(
    `While this shard was captured, ${rewritten.join(', ')} was rewritten or dropped (VACUUM FULL, CLUSTER, REFRESH, TRUNCATE, ALTER TABLE): its rows are not where ` +
      'the other shards look for them. Export a new snapshot, and capture all shards on that.',
  );
}
