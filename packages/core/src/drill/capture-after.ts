import { capture } from '../capture.ts';
import type { ConnectionSettings, DriverName } from '../database/connection.ts';
import { openSnapshot } from '../database/snapshot.ts';
import type { Manifest } from '../manifest.ts';
import type { CapturePlan } from '../plan.ts';
import type { DrillRecord } from '../record.ts';
import type { OpenTarget } from '../target.ts';
import { captureContext } from './capture-context.ts';
import { stopWith } from './state.ts';
import type { DrillState } from './state.ts';

/** Captures the restored database. */
export async function captureAfter(drill: DrillState): Promise<void> {
  drill.after = await captureSide(
    drill.plan,
    drill.record,
    'after',
    (drill.target as OpenTarget).connection,
    drill.signal,
  );
}

/** Opens one database, captures it on a snapshot of its own, and closes it. */
export async function captureSide(
  plan: CapturePlan,
  record: DrillRecord,
  side: 'before' | 'after',
  connection: ConnectionSettings,
  signal: AbortSignal,
): Promise<Manifest> {
  const stop = stopWith(signal);
  const connect: { readonly driver: DriverName; readonly deadlineSeconds: number } = plan;
  return record.phase(side === 'before' ? 'capture-before' : 'capture-after', async () => {
    const session = await openSnapshot({ ...connect, connection, signal: stop.signal });
    try {
      return await capture(plan, captureContext({ record }, side, session, connection, stop));
    } finally {
      await session.close();
    }
  });
}
