import type { ScannedSoFar } from '../progress.ts';
import type { Chunk } from './chunk.ts';
import type { ChunkQueue } from './chunk-queue.ts';

/** How far a scan is. */
export interface ScanState extends ScannedSoFar {
  /** The table at work, or why nothing is. */
  readonly label: string;
  readonly bytes: number;
  readonly ofBytes: number;
}

/** Counts what a scan's workers do, and tells it at each step. */
export interface ScanProgress {
  begins(this: void, batch: readonly Chunk[]): void;
  ends(this: void, batch: readonly Chunk[]): void;
  /** Its connection was lost; it will be read again, or given up. */
  isLost(this: void, batch: readonly Chunk[]): void;
  /** Nothing is read for now, for this reason. */
  waits(this: void, why: string): void;
}

/** Starts at nothing. */
export function scanProgress(queue: ChunkQueue, tell: (state: ScanState) => void): ScanProgress {
  const tables = new Set<string>();
  let atWork = '';
  let bytes = 0;
  let chunks = 0;
  const reading = new Set<readonly Chunk[]>();
  const tellNow = (label: string): void =>
    tell({
      label,
      bytes,
      ofBytes: queue.totalBytes,
      tables: tables.size,
      ofTables: queue.tables,
      chunks,
      ofChunks: chunks + reading.size + queue.chunksLeft(),
    });
  return {
    begins(batch) {
      for (const { scan } of batch) tables.add(scan.table.name);
      atWork = batch[0]?.scan.table.name ?? '';
      reading.add(batch);
      tellNow(atWork);
    },
    ends(batch) {
      reading.delete(batch);
      chunks += 1;
      bytes += batch.reduce((sum, chunk) => sum + chunk.bytes, 0);
      tellNow(atWork);
    },
    isLost: (batch) => void reading.delete(batch),
    waits: tellNow,
  };
}
