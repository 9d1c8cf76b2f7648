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

/** What was gathered of one check and table. It grows in place: a chunk has a part for each of a thousand buckets. */
interface Gathered {
  measures: Measures;
  buckets?: { readonly scheme: string; readonly count: number; readonly values: Record<string, Measures> };
  error?: string;
}

type Measures = Record<string, string | null>;

/** Starts with nothing measured. */
export function measuredTables(): MeasuredTables {
  const result = new Map<string, Map<string, Gathered>>();
  const placed = new WeakMap<readonly OwnedMeasure[], readonly KeptTogether[]>();
  return {
    result,
    add(part) {
      const together = placed.get(part.measures) ?? keptTogether(part.measures);
      placed.set(part.measures, together);
      for (const { owner, table, measures } of together) {
        const tables = result.get(owner) ?? new Map<string, Gathered>();
        result.set(owner, tables);
        const gathered = tables.get(table) ?? { measures: {} };
        tables.set(table, gathered.error === undefined ? merged(gathered, part, owner, measures) : gathered);
      }
    },
  };
}

type PlacedMeasure = readonly [index: number, measure: OwnedMeasure];

/** The measures of one check and table. */
interface KeptTogether {
  readonly owner: string;
  readonly table: string;
  readonly measures: readonly PlacedMeasure[];
}

function keptTogether(measures: readonly OwnedMeasure[]): readonly KeptTogether[] {
  const byOwner = Map.groupBy(measures.entries(), ([, { owner }]) => owner);
  return [...byOwner].flatMap(([owner, owned]) =>
    Array.from(
      Map.groupBy(owned, ([, { table }]) => table),
      ([table, kept]) => ({ owner, table, measures: kept }),
    ),
  );
}

function merged(gathered: Gathered, part: ChunkResult, owner: string, measures: readonly PlacedMeasure[]): Gathered {
  if (part.error !== undefined) return { measures: {}, error: part.error };
  try {
    mergeInto(gathered.measures, part, measures);
    const { buckets } = part.chunk.scan;
    if (buckets?.owner !== owner) return gathered;
    gathered.buckets ??= { scheme: buckets.scheme, count: buckets.count, values: {} };
    const { values } = gathered.buckets;
    if (part.bucket !== null) mergeInto((values[part.bucket] ??= {}), part, measures);
    return gathered;
  } catch (error) {
    return { measures: {}, error: messageOf(error) };
  }
}

function mergeInto(earlier: Measures, { values }: ChunkResult, measures: readonly PlacedMeasure[]): void {
  for (const [index, { name, merge }] of measures)
    earlier[name] = mergeMeasure(merge, earlier[name] ?? null, values[index] ?? null);
}
