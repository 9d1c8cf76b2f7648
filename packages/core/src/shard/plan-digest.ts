import { createHash } from 'node:crypto';
import type { CapturePlan } from '../plan.ts';
import type { TableScan } from '../scan/table-scan.ts';

/** SHA-256 of all that decides what a capture reads and keeps: shards of different plans do not add up. */
export function planDigest({ checks, chains, reveal }: CapturePlan, scans: readonly TableScan[]): string {
  const wanted = {
    checks: checks.map(({ check, options }) => [check.name, options]),
    chains,
    reveal,
    scans: scans.map(({ table, ...scan }) => [table.name, scan]),
  };
  return createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
}
