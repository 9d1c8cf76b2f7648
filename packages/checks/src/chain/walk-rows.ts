import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql } from './chain-sql.ts';
import type { FoundChain } from './find-chains.ts';
import type { Head } from './heads.ts';
import type { BreakKind, Breaks, ChainObservation } from './observation.ts';
import { nameUnlinked } from './name-unlinked.ts';
import type { UnlinkedInScope } from './name-unlinked.ts';
import { rowReader } from './row-reader.ts';
import type { RowReader } from './row-reader.ts';
import { UnfollowedLinks } from './unfollowed-links.ts';
import { chainWalk, walkRoom } from './walk.ts';
import type { ChainWalk, UnlinkedRow } from './walk.ts';

/** What reading all rows of a table shows of its chains. Keys and scopes are as they are stored. */
export type WalkedRows = Pick<
  ChainObservation,
  | 'rows'
  | 'unchained'
  | 'unformatted'
  | 'heads'
  | 'breaks'
  | 'fineRows'
  | 'coarseMismatches'
  | 'unordered'
  | 'outOfOrder'
>;

/** So many rows that no row was found for are looked up, to say why; of more, the rest counts as the walk sees it. */
const MOST_LOOKED_UP = 1_000;

/** So many pieces of chains are held until they can be joined, of some 700 bytes each: a chain of four times as many rows in random order has no more. */
export const MOST_SEGMENTS = 500_000;

/** How many rows are read between two words on the progress. */
const PROGRESS_ROWS = 50_000;

/**
 * Reads every row of a table in its order, recomputes its hash from the text of its columns, and follows its link in its scope.
 *
 * @param relation the table, quoted for SQL
 * @param progress is told now and then how many rows were read so far
 * @param mostSegments so many pieces of chains are held until they can be joined
 * @throws DatabaseError when the rows cannot be read; UnfollowedLinks when there are more pieces, and nothing else is wrong
 */
export async function walkRows(
  db: DatabaseHandle,
  found: Pick<FoundChain, 'chain' | 'types'>,
  relation: string,
  progress: (rows: number) => void,
  mostSegments: number = MOST_SEGMENTS,
): Promise<WalkedRows> {
  const { chain } = found;
  const reader = readerOf(found);
  const genesis = chain.prev.genesis.stored ?? null;
  const room = walkRoom(mostSegments);
  const unlinked: UnlinkedInScope[] = [];
  const breaks: { [kind in BreakKind]?: Breaks } = {};
  const addBreak = (kind: BreakKind, of: Breaks): void => {
    breaks[kind] = addBreaks(breaks[kind], of);
  };
  const addUnlinked = ({ position, key }: UnlinkedRow, kind: BreakKind): void =>
    addBreak(kind, { total: 1, first: { position, key } });
  const walkOf = (scope: string): ChainWalk =>
    chainWalk(genesis, room, (row) => {
      if (unlinked.length < MOST_LOOKED_UP) unlinked.push({ scope, ...row });
      else addUnlinked(row, row.kind);
    });
  const scopes = new Map<string, { readonly walk: ChainWalk; before: string | null; rows: number }>();
  const counts = { rows: 0, unchained: 0, unformatted: 0, fineRows: 0, coarseMismatches: 0, outOfOrder: 0 };
  const inOrder = chain.order.length === 0 ? '' : ` ORDER BY ${chain.order.map(columnSql).join(', ')}`;
  let read = 0;
  await db.visit(`SELECT ${reader.select} FROM ${relation} AS t${inOrder}`, (values) => {
    read += 1;
    if (read % PROGRESS_ROWS === 0) progress(read);
    const name = reader.scope(values);
    const scope = scopes.get(name) ?? { walk: walkOf(name), before: genesis, rows: 0 };
    const row = reader.read(values, scope.before);
    if (row.hash === null) {
      counts.unchained += 1;
      return;
    }
    scopes.set(name, scope);
    scope.rows += 1;
    scope.before = row.stored;
    counts.rows += 1;
    if (row.fine) counts.fineRows += 1;
    else if (row.misfit === 'content-mismatch') counts.coarseMismatches += 1;
    if (row.misfit === undefined) counts.unformatted += 1;
    scope.walk.add({ key: row.key, hash: row.hash, prev: row.prev, misfit: row.misfit ?? null }, counts.rows);
  });
  const heads: Head[] = [];
  for (const [scope, { walk, rows }] of scopes) {
    const { head, breaks: ofScope, outOfOrder } = walk.end();
    counts.outOfOrder += outOfOrder;
    if (head) heads.push({ scope, rows, ...head });
    for (const [kind, of] of Object.entries(ofScope)) addBreak(kind as BreakKind, of);
  }
  if (room.isExceeded) {
    // Of rows that link to none, nobody knows which would in a better order.
    delete breaks['link-mismatch'];
    delete breaks['prefix-missing'];
    if (Object.keys(breaks).length === 0) throw new UnfollowedLinks(mostSegments);
  } else {
    const kinds = await nameUnlinked(db, chain, relation, unlinked);
    for (const [index, row] of unlinked.entries()) addUnlinked(row, kinds[index] ?? row.kind);
  }
  return { ...counts, heads, breaks };
}

/** Breaks of one kind in two parts of a chain. */
export function addBreaks(earlier: Breaks | undefined, breaks: Breaks): Breaks {
  if (earlier === undefined) return breaks;
  const first = earlier.first.position < breaks.first.position ? earlier.first : breaks.first;
  return { total: earlier.total + breaks.total, first };
}

/** What one look at some rows of a chain shows. */
export interface SampledRows {
  readonly rows: number;
  /** Rows that do not fit their hash. */
  readonly mismatches: number;
}

/**
 * Recomputes the hashes of some rows that store the previous one, whole blocks of them, chosen by a seed.
 *
 * @param percent of the table's blocks
 */
export async function sampleRows(
  db: DatabaseHandle,
  found: Pick<FoundChain, 'chain' | 'types'>,
  relation: string,
  { percent, seed }: { readonly percent: number; readonly seed: number },
): Promise<SampledRows> {
  const reader = readerOf(found);
  let rows = 0;
  let mismatches = 0;
  const sample = `TABLESAMPLE pg_catalog.system (${percent}) REPEATABLE (${seed})`;
  await db.visit(`SELECT ${reader.select} FROM ${relation} AS t ${sample}`, (row) => {
    const { hash, misfit } = reader.read(row, null);
    if (hash === null) return;
    rows += 1;
    if (misfit !== null) mismatches += 1;
  });
  return { rows, mismatches };
}

function readerOf({ chain, types }: Pick<FoundChain, 'chain' | 'types'>): RowReader {
  return rowReader(chain, (column) => types.get(column) ?? '');
}
