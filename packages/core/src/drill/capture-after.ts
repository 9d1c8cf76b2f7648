import { openSnapshot } from '../database/snapshot.ts';
import { capture } from '../capture.ts';
import type { OpenTarget } from '../target.ts';
import { captureContext } from './capture-context.ts';
import { planOfSides } from './selection.ts';
import { stopWith } from './state.ts';
import type { DrillState } from './state.ts';

/** Captures the restored database, and keeps it open to be asked for what differs. */
export async function captureAfter(drill: DrillState): Promise<void> {
  const { plan, record } = drill;
  const { connection } = drill.target as OpenTarget;
  const stop = stopWith(drill.signal);
  await record.phase('capture-after', async () => {
    const session = (drill.restoredSession = await openSnapshot({ ...plan, connection, signal: stop.signal }));
    drill.after = await capture(planOfSides(drill), captureContext(drill, 'after', session, connection, stop));
  });
}
