import type { MeasuredTable, MeasureRequest } from '@pgdrill/core';
import { checkpointBits, isCheckpoint } from './checkpoints.ts';
import type { CheckpointPlaces } from './checkpoints.ts';
import { columnSql } from './chain-sql.ts';
import type { WholeChain } from './whole-chain.ts';

/** What the scan can tell of any chain on its way, and how to read the answer. */
export interface ScanFacts {
  readonly request: MeasureRequest;
  /** All rows, with a hash or without one; null when a table could not be read that way. */
  counted(measured: readonly MeasuredTable[]): number | null;
  /** Where the checkpoints lie; null when that was not asked, since nobody knew about how many rows there are. */
  places(measured: readonly MeasuredTable[]): CheckpointPlaces | null;
}

/** Each place has some 15 bytes, and this many times more are gathered than are kept, since the number of rows is known only afterwards. */
const SPARE_BITS = 2;

/** With how many zero bits the hashes of rows begin whose places are to be gathered, of about so many rows; null when nobody knows, or when it would be all. */
export function placeBits(about: number | null): number | null {
  const bits = about === null ? 0 : checkpointBits(about) - SPARE_BITS;
  return bits > 0 ? bits : null;
}

/**
 * What to ask of the scan.
 *
 * @param owner under which it is asked
 * @param about how many rows there are, more or less; null when nobody knows
 */
export function scanFacts({ hash }: WholeChain, owner: string, about: number | null): ScanFacts {
  const column = columnSql(hash.column);
  const bits = placeBits(about);
  return {
    request: {
      derive: bits === null ? {} : { place: 't.ctid' },
      measures: {
        rows: { sql: `count(${column})`, merge: 'sum' },
        unchained: { sql: `count(*) FILTER (WHERE ${column} IS NULL)`, merge: 'sum' },
        ...(bits === null
          ? {}
          : {
              places: {
                sql: `pg_catalog.string_agg(pg_catalog.concat(t."${owner}:place"), ' ') FILTER (WHERE ${column} IS NOT NULL AND ${isCheckpoint(hash, bits)})`,
                merge: 'list',
              },
            }),
      },
    },
    counted: (measured) =>
      wereRead(measured) ? Number(totalOf(measured, 'rows') + totalOf(measured, 'unchained')) : null,
    places: (measured) =>
      bits === null || !wereRead(measured)
        ? null
        : { bits, places: measured.flatMap(({ measures }) => measures['places']?.split(' ') ?? []) },
  };
}

/** Were all tables of a chain read? */
export function wereRead(measured: readonly MeasuredTable[]): boolean {
  return measured.every(({ error }) => error === undefined);
}

/** The sum of a measure over the tables of a chain. */
export function totalOf(measured: readonly MeasuredTable[], name: string): bigint {
  return measured.reduce((sum, { measures }) => sum + BigInt(measures[name] ?? 0), 0n);
}
