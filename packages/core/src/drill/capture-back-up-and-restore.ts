import type { Artefact } from '../backup-method.ts';
import { capture } from '../capture.ts';
import type { SnapshotSession } from '../database/handle.ts';
import type { Manifest } from '../manifest.ts';
import { together } from '../together.ts';
import { captureContext } from './capture-context.ts';
import { restore } from './restore.ts';
import { backupSelection, planOfSides } from './selection.ts';
import { stopWith } from './state.ts';
import type { DrillState } from './state.ts';

/**
 * Captures "before" and takes the backup at the same time, both on the source's exported snapshot: the manifest describes exactly what the backup
 * holds, while others write. Then restores; the capture may still go on, unless the restore destroys what it reads, or the source is to be let go of.
 */
export async function captureBackUpAndRestore(drill: DrillState): Promise<void> {
  const source = drill.source as SnapshotSession;
  const stop = stopWith(drill.signal);
  const prepared = Promise.withResolvers<void>();
  stop.signal.addEventListener('abort', () => prepared.resolve(), { once: true });
  const captureBefore = (workers: number): Promise<Manifest> =>
    drill.record.phase('capture-before', () =>
      capture(
        { ...planOfSides(drill), workers },
        { ...captureContext(drill, 'before', source, drill.plan.source, stop), onPrepared: prepared.resolve },
      ),
    );

  if (source.snapshotId === null) {
    drill.before = await captureBefore(drill.plan.workers);
    await release(drill, source);
    drill.artefact = await takeBackup(drill, source, drill.signal);
    return restore(drill, drill.signal);
  }
  const waits = drill.plan.releaseSource || drill.target?.beforeRestore !== undefined;
  [drill.before] = await together<[Manifest, void]>(stop, [
    // The dump reads the source too.
    () => captureBefore(Math.max(1, drill.plan.workers - 1)),
    async () => {
      // A sequence is not bound to the snapshot: what the dump holds of it must not be from before it was captured.
      await prepared.promise;
      stop.signal.throwIfAborted();
      drill.artefact = await takeBackup(drill, source, stop.signal);
      if (!waits) await restore(drill, stop.signal);
    },
  ]);
  if (!waits) return;
  // The open snapshot holds back VACUUM on the source; and it locks what an in-place drill is about to drop.
  await release(drill, source);
  await restore(drill, drill.signal);
}

async function release(drill: DrillState, source: SnapshotSession): Promise<void> {
  await source.close();
  drill.sourceReleased = true;
}

function takeBackup(drill: DrillState, source: SnapshotSession, signal: AbortSignal): Promise<Artefact> {
  const { plan, record, directory, targetServer } = drill;
  const { method, options } = plan.backup;
  const context = {
    options,
    snapshotId: source.snapshotId,
    selection: backupSelection(drill),
    source: source.server,
    target: targetServer ?? null,
    directory,
    signal,
    log: record.addLog.bind(record, 'backup'),
    event: record.addEvent.bind(record, 'backup'),
    progress: (bytes: number) => record.progress('backup', method.name, bytes, undefined, 'bytes'),
  };
  return record.phase(
    'backup',
    () => method.backup(plan.source, context),
    ({ bytes }) => bytes,
  );
}
