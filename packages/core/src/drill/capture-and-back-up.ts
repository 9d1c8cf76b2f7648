import type { Artefact } from '../backup-method.ts';
import { capture } from '../capture.ts';
import type { SnapshotSession } from '../database/handle.ts';
import type { Manifest } from '../manifest.ts';
import { together } from '../together.ts';
import { captureContext } from './capture-context.ts';
import { backupSelection, planOfSides } from './selection.ts';
import { stopWith } from './state.ts';
import type { DrillState } from './state.ts';

/**
 * Captures "before" and takes the backup at the same time, both on the source's exported snapshot: the manifest describes exactly what the backup
 * holds, while others write.
 */
export async function captureAndBackUp(drill: DrillState): Promise<void> {
  const source = drill.source as SnapshotSession;
  const stop = stopWith(drill.signal);
  const captureBefore = (): Promise<Manifest> =>
    drill.record.phase('capture-before', () =>
      capture(planOfSides(drill), captureContext(drill, 'before', source, drill.plan.source, stop)),
    );
  const backUp = (): Promise<Artefact> => takeBackup(drill, source, stop.signal);

  if (source.snapshotId === null) {
    drill.before = await captureBefore();
    await release(drill, source);
    drill.artefact = await backUp();
  } else {
    [drill.before, drill.artefact] = await together<[Manifest, Artefact]>(stop, [captureBefore, backUp]);
    // The open snapshot holds back VACUUM on the source; and it locks what an in-place drill is about to drop.
    if (drill.plan.releaseSource || drill.target?.beforeRestore) await release(drill, source);
  }
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
    progress: (bytes: number) => record.progress('backup', method.name, bytes, undefined, 'bytes'),
  };
  return record.phase(
    'backup',
    () => method.backup(plan.source, context),
    ({ bytes }) => bytes,
  );
}
