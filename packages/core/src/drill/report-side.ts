import type { SnapshotSession } from '../database/handle.ts';
import type { Manifest } from '../manifest.ts';
import type { ReportSide } from '../report.ts';

/** A side that was read during this drill, as far as it got. */
export function liveSide(description: string, seen: Manifest | SnapshotSession | undefined): ReportSide {
  if (seen === undefined) return { from: 'live', description, database: null, server: null, capturedAt: null };
  if ('kind' in seen)
    return { from: 'live', description, database: seen.database, server: seen.server, capturedAt: seen.capturedAt };
  return { from: 'live', description, database: seen.identity, server: seen.server, capturedAt: null };
}

/** A side that was read earlier and stored. */
export function storedSide(manifest: Manifest): ReportSide {
  const { connection, database, server, capturedAt } = manifest;
  return { from: 'manifest', description: connection, database, server, capturedAt };
}
