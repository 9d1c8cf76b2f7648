import { UsageError } from '../errors.ts';
import type { CheckObservation, Manifest } from '../manifest.ts';
import type { Shard } from '../shard.ts';
import { refuseMismatch } from './refuse-mismatch.ts';
import { mergeTables } from './merge-tables.ts';

/** A shard, and the name of its file for messages. */
export interface NamedShard {
  readonly name: string;
  readonly shard: Shard;
}

/**
 * Makes one manifest of all shards of a capture, in whatever order they are given: the manifest that one capture of the whole would have made, but for
 * its times. It begins when the first shard began, and takes as long as the longest.
 *
 * @throws UsageError when a shard is missing, is there twice, is empty, or belongs to another capture
 */
export function mergeShards(given: readonly NamedShard[]): Manifest {
  const named = given.toSorted((a, b) => a.shard.shard.index - b.shard.shard.index);
  const [first, ...others] = named;
  if (first === undefined) throw new UsageError('No shard is given. Name all shards of one capture.');
  for (const other of others) refuseMismatch(first, other);
  refuseDoubled(named);
  refuseMissing(named);
  const parts = named.map(({ shard }) => shard.part);
  const { part, rules } = first.shard;
  const checks = Object.entries(part.checks).map(([check, observed]): [string, CheckObservation] => {
    const tables = Object.keys(observed.tables).map((table) => {
      const measured = parts.map((each) => each.checks[check]?.tables[table] ?? { measures: {} });
      return [table, mergeTables(table, rules[check]?.[table] ?? {}, measured)] as const;
    });
    return [check, { ...observed, tables: Object.fromEntries(tables) }];
  });
  return {
    kind: 'pgdrill-manifest',
    schemaVersion: 1,
    ...part,
    capturedAt: parts.map(({ capturedAt }) => capturedAt).reduce((a, b) => (a < b ? a : b)),
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
    // A table may have grown from shard to shard; the least size is the nearest to that of the snapshot.
    tables: part.tables.map((table, index) => ({
      ...table,
      bytes: Math.min(...parts.map(({ tables }) => tables[index]?.bytes ?? table.bytes)),
    })),
    checks: Object.fromEntries(checks),
  };
}

function refuseDoubled(named: readonly NamedShard[]): void {
  for (const [index, { name, shard }] of named.slice(1).entries()) {
    const earlier = named[index];
    if (earlier?.shard.shard.index !== shard.shard.index) continue;
    throw new UsageError(
      `Shard ${shard.shard.index} of ${shard.shard.of} is given twice: ${earlier.name} and ${name}. Leave one of them out.`,
    );
  }
}

function refuseMissing(named: readonly NamedShard[]): void {
  const [{ shard }] = named as readonly [NamedShard];
  const { of } = shard.shard;
  const there = new Set(named.map((each) => each.shard.shard.index));
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !there.has(index));
  if (missing.length === 0) return;
  throw new UsageError(
    `Of ${of} shards, ${missing.length === 1 ? 'one is' : `${missing.length} are`} missing: number ${listed(missing)}. ` +
      `Name them too, or capture them on the same snapshot (--shard ${missing[0]}/${of} --snapshot ${shard.part.snapshotId}).`,
  );
}

function listed(numbers: readonly number[]): string {
  return numbers.length <= MOST_LISTED ? numbers.join(', ') : `${numbers.slice(0, MOST_LISTED).join(', ')} and so on`;
}

const MOST_LISTED = 20;
