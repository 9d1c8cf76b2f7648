import type { TableScan } from '../scan/table-scan.ts';
import type { MergeRules } from '../shard.ts';

/** By check, table and measure, in the order in which a manifest has them. */
export function mergeRules(scans: readonly TableScan[]): MergeRules {
  const measures = scans.flatMap((scan) => scan.measures);
  const byOwner = [...Map.groupBy(measures, ({ owner }) => owner)].map(([owner, owned]) => {
    const byTable = [...Map.groupBy(owned, ({ table }) => table)].map(
      ([table, own]) => [table, Object.fromEntries(own.map(({ name, merge }) => [name, merge]))] as const,
    );
    return [owner, Object.fromEntries(byTable)] as const;
  });
  return Object.fromEntries(byOwner);
}
