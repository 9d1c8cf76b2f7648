import { stat, statfs } from 'node:fs/promises';
import { isLocal } from './is-local.ts';
import type { ConnectionSettings } from '../database/connection.ts';

/** Free bytes for an unprivileged user; null where they cannot be told. */
export interface DiskFacts {
  readonly directory: string;
  readonly directoryFree: number | null;
  /** Where the target's server keeps its files, when that is on this machine. */
  readonly targetFree: number | null;
}

/** @param directory where the backup will be written */
export async function readDiskFacts(
  directory: string,
  target: ConnectionSettings,
  dataDirectory: string | null,
): Promise<DiskFacts> {
  const [directoryFree, targetFree] = await Promise.all([
    freeBytes(directory),
    dataDirectory === null || !isLocal(target) ? null : freeBytes(dataDirectory),
  ]);
  return { directory, directoryFree, targetFree };
}

async function freeBytes(path: string): Promise<number | null> {
  try {
    await stat(path);
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}
