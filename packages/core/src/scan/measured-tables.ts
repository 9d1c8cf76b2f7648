import type { MeasuredTable } from '../check.ts';
import { messageOf } from '../message-of.ts';
import { mergeMeasure } from './merge-measure.ts';
import type { ChunkResult } from './read-batch.ts';
import type { OwnedMeasure } from './table-scan.ts';

/** By check name, then by table name. */
export type ScanResult = ReadonlyMap<string, ReadonlyMap<string, MeasuredTable>>;

/** Gathers what chunks yield, in any order, into one result per check and table. */
export interface MeasuredTables {
  readonly result: ScanResult;
  add(part: ChunkResult): void;
}

/** Starts with nothing measured. */
export function measuredTables(): MeasuredTables {
  const result = new Map<string, Map<string, MeasuredTable>>();
  return {
    result,
    add(part) {
      const { scan } = part.chunk;
      const byOwner = Map.groupBy(scan.measures.entries(), ([, { owner }]) => owner);
      for (const [owner, measures] of byOwner) {
        const tables = result.get(owner) ?? new Map<string, MeasuredTable>();
        result.set(owner, tables);
        const earlier = tables.get(scan.table.name) ?? { measures: {} };
        tables.set(scan.table.name, merged(earlier, part, owner, measures));
      }
    },
  };
}

type PlacedMeasure = readonly [index: number, measure: OwnedMeasure];

function merged(
  earlier: MeasuredTable,
  part: ChunkResult,
  owner: string,
  measures: readonly PlacedMeasure[],
): MeasuredTable {
  if (earlier.error !== undefined) return earlier;
  if (part.error !== undefined) return { measures: {}, error: part.error };
  try {
    const total = mergeAll(earlier.measures, part, measures);
    const { buckets } = part.chunk.scan;
    if (buckets?.owner !== owner) return { measures: total };
    const values = { ...earlier.buckets?.values };
    if (part.bucket !== null) values[part.bucket] = mergeAll(values[part.bucket] ?? {}, part, measures);
    return { measures: total, buckets: { scheme: buckets.scheme, count: buckets.count, values } };
  } catch (error) {
    return { measures: {}, error: messageOf(error) };
  }
}

function mergeAll(
  earlier: MeasuredTable['measures'],
  { values }: ChunkResult,
  measures: readonly PlacedMeasure[],
): Record<string, string | null> {
  const merge = ([index, { name, merge: rule }]: PlacedMeasure): [string, string | null] => [
    name,
    mergeMeasure(rule, earlier[name] ?? null, values[index] ?? null),
  ];
  return Object.fromEntries(measures.map(merge));
}
