import type { CaptureContext } from '../capture.ts';
import type { ConnectionSettings } from '../database/connection.ts';
import type { SnapshotSession } from '../database/handle.ts';
import type { DrillRecord } from '../record.ts';

/** What `capture` needs of a drill, for one side. */
export function captureContext(
  { record }: { readonly record: DrillRecord },
  side: 'before' | 'after',
  session: SnapshotSession,
  connection: ConnectionSettings,
  stop: AbortController,
): CaptureContext {
  const phase = side === 'before' ? 'capture-before' : 'capture-after';
  return {
    session,
    connection,
    side,
    stop,
    progress: (label, done, total, unit, scanned) => record.progress(phase, label, done, total, unit, scanned),
    note: record.note,
  };
}
