import { rm } from 'node:fs/promises';
import { messageOf } from '../message-of.ts';
import { outcomeOf } from '../outcome.ts';
import type { DrillState } from './state.ts';

/**
 * Gives back everything that the drill holds, whatever happened before. What could not be given back is noted, with its reason, so that nobody has to
 * find it by chance.
 */
export async function close(drill: DrillState): Promise<void> {
  const { record, directory } = drill;
  await record.phase('close', async () => {
    await Promise.all([drill.source?.close(), drill.restoredSession?.close()]);
    try {
      await drill.target?.close();
    } catch (error) {
      record.note(`The target could not be removed: ${messageOf(error)}`);
    }
    if (isKept(drill)) {
      drill.kept = drill.artefact?.path ?? directory;
      record.note(`The backup was kept: ${drill.kept}`);
    } else {
      await rm(directory, { recursive: true, force: true });
    }
  });
}

/** An artefact is kept when the user asks, and when it may be the only copy of what an in-place drill has destroyed. */
function isKept({ plan, target, artefact, restoreBegun, checks }: DrillState): boolean {
  if (!artefact) return false;
  const proven = checks !== undefined && outcomeOf(checks).verdict === 'passed';
  return plan.keep || (target?.artefactIsPrecious === true && restoreBegun === true && !proven);
}
