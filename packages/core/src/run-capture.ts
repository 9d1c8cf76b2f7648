import { capture } from './capture.ts';
import type { CaptureContext } from './capture.ts';
import type { ConnectionSettings } from './database/connection.ts';
import { openSnapshot } from './database/snapshot.ts';
import { captureContext } from './drill/capture-context.ts';
import { stopWith } from './drill/state.ts';
import type { Manifest } from './manifest.ts';
import type { CapturePlan } from './plan.ts';
import type { ProgressListener } from './progress.ts';
import { noteAccess } from './preflight/note-access.ts';
import { startRecord } from './record.ts';
import type { Shard, ShardPlace } from './shard.ts';
import { captureShard } from './shard/capture-shard.ts';
import { refuseOtherSource } from './since.ts';

/**
 * Captures one database into a manifest.
 *
 * @param snapshotId of a snapshot that another session exported and holds; a new one unless given
 * @throws DatabaseError when the connection or the snapshot cannot be had, or is lost; UsageError as `refuseOtherSource` does
 */
export function runCapture(
  plan: CapturePlan,
  source: ConnectionSettings,
  listener: ProgressListener,
  signal: AbortSignal,
  snapshotId?: string,
): Promise<Manifest> {
  return onSnapshot(plan, source, snapshotId, listener, signal, (context) => capture(plan, context));
}

/**
 * Captures one part of a database, on a snapshot that another session exported and holds.
 *
 * @throws DatabaseError as `runCapture` does; CannotVerifyError when a table was rewritten meanwhile
 */
export function runShard(
  plan: CapturePlan,
  source: ConnectionSettings,
  part: { readonly shard: ShardPlace; readonly snapshotId: string },
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<Shard> {
  return onSnapshot(plan, source, part.snapshotId, listener, signal, (context) =>
    captureShard(plan, part.shard, context),
  );
}

async function onSnapshot<Result>(
  plan: CapturePlan,
  connection: ConnectionSettings,
  snapshotId: string | undefined,
  listener: ProgressListener,
  signal: AbortSignal,
  work: (context: CaptureContext) => Promise<Result>,
): Promise<Result> {
  const record = startRecord(listener);
  const stop = stopWith(signal);
  return record.phase('capture-before', async () => {
    const session = await openSnapshot({ ...plan, connection, snapshotId, signal: stop.signal });
    try {
      refuseOtherSource(plan.since, session.identity);
      await noteAccess(session.leader, 'the source', plan, record.note);
      return await work(captureContext({ record }, 'before', session, connection, stop));
    } finally {
      await session.close();
    }
  });
}
