import type { ChainConfig, DatabaseHandle } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';
import { rowReader } from '../row-reader.ts';
import { wholeChain } from '../whole-chain.ts';
import { bothEnds, firstRows } from './both-ends.ts';
import type { Detection } from './detection.ts';
import type { TableFacts } from './table-facts.ts';

/** A description is tried on so many rows. */
const MOST_ROWS = 1_000;

/** Tries a description on up to 1,000 rows, read and hashed as `verify-chain` does. */
export async function proveChain(
  db: DatabaseHandle,
  { relation, columns }: TableFacts,
  config: ChainConfig,
): Promise<NonNullable<Detection['proof']>> {
  const chain = wholeChain(config);
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const reader = rowReader(chain, (name) => types.get(name) ?? '');
  const where = `${columnSql(chain.hash.column)} IS NOT NULL`;
  const query = { select: reader.select, relation, order: chain.order, where };
  // Without a stored link, each row needs the one before.
  const rows = await (chain.prev.column === undefined ? firstRows : bothEnds)(db, query, MOST_ROWS);
  let before: string | null = null;
  let fits = 0;
  for (const row of rows) {
    const read = reader.read(row, before);
    if (read.misfit === null) fits += 1;
    before = read.stored;
  }
  return { rows: rows.length, fits };
}
