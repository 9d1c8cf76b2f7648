import type { Artefact, RestoreContext } from '../backup-method.ts';
import type { ServerFacts } from '../database/handle.ts';
import type { PhaseName } from '../progress.ts';
import type { OpenTarget } from '../target.ts';
import { backupSelection } from './selection.ts';
import type { DrillState } from './state.ts';

/** Proves that the archive is whole, then restores it. Nothing is destroyed for an archive that is not. */
export async function restore(drill: DrillState, signal: AbortSignal): Promise<void> {
  const { record } = drill;
  const { method } = drill.plan.backup;
  const artefact = drill.artefact as Artefact;
  const target = drill.target as OpenTarget;

  await record.phase('check-archive', () => method.check(artefact, context(drill, 'check-archive', signal)));
  drill.archiveChecked = true;
  await record.phase('restore', async () => {
    drill.restoreBegun = true;
    await target.beforeRestore?.();
    drill.restored = await method.restore(artefact, target.connection, context(drill, 'restore', signal));
  });
}

function context(drill: DrillState, phase: PhaseName, signal: AbortSignal): RestoreContext {
  const { plan, record, directory, artefact } = drill;
  return {
    options: plan.backup.options,
    selection: backupSelection(drill),
    target: drill.targetServer as ServerFacts,
    destructive: drill.target?.beforeRestore !== undefined,
    directory,
    signal,
    log: record.addLog.bind(record, phase),
    event: record.addEvent.bind(record, 'restore'),
    progress: (bytes) => record.progress(phase, plan.backup.method.name, bytes, artefact?.bytes, 'bytes'),
  };
}
