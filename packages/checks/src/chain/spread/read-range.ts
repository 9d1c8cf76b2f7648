import type { DatabaseHandle } from '@pgdrill/core';
import { isCheckpoint } from '../checkpoints.ts';
import { rowReader } from '../row-reader.ts';
import { newSegments } from '../segments.ts';
import type { Segments } from '../segments.ts';
import type { LinkedRow } from '../walk.ts';
import type { WholeChain } from '../whole-chain.ts';
import { byteReader } from './bytes/byte-reader.ts';
import { rangeSql } from './block-ranges.ts';
import type { BlockRange } from './block-ranges.ts';
import type { Piece, WalkedRange } from './join-ranges.ts';

/** What a thread is to read: plain data. */
export interface RangeTask {
  readonly chain: WholeChain;
  readonly types: ReadonlyMap<string, string>;
  /** The table, quoted for SQL. */
  readonly relation: string;
  readonly range: BlockRange;
  /** The rows are told whose hashes begin with so many zero bits; none where it is null. */
  readonly bits: number | null;
}

/** More segments than this in one range, as of rows that lie about at random, would cost more to put together than to walk. */
const MOST_SEGMENTS = 50_000;
/** So many rows of a range are read between two words on the progress. */
const PROGRESS_ROWS = 50_000;

/**
 * Reads one range of a chain's blocks: recomputes each row's hash, and joins the rows of each scope by their links.
 *
 * Run in a thread of its own.
 *
 * @returns null as soon as anything speaks against a whole chain
 */
export async function run(
  db: DatabaseHandle,
  task: RangeTask,
  progress: (rows: number) => void,
): Promise<WalkedRange | null> {
  try {
    const read = (await readBytes(db, task, progress)) ?? (await readTexts(db, task, progress));
    const { relation, range } = task;
    // In the process of the server that has just had the same blocks in its hands, this takes next to no time; before 14, it reads the table.
    const [counted] = await db.query(`SELECT count(*) AS rows FROM ${relation} AS t${rangeSql(range)}`);
    return { ...read, counted: Number(counted?.['rows']) };
  } catch (error) {
    if (error instanceof NotWhole) return null;
    throw error;
  }
}

/** Ends the reading of a range. */
class NotWhole extends Error {}

/** A value has no form in bytes that could be hashed. */
class NotInBytes extends Error {}

type ReadRange = Omit<WalkedRange, 'counted'>;

/** Null where the chain, or one of its rows, cannot be read that way. */
async function readBytes(
  db: DatabaseHandle,
  task: RangeTask,
  progress: (rows: number) => void,
): Promise<ReadRange | null> {
  const reader = byteReader(task.chain, (column) => task.types.get(column) ?? '');
  if (reader === null) return null;
  const joined = joinedRange(progress);
  const place = reader.select.length;
  try {
    await db.visitBinary(selectRange(task, reader.select), (row) => {
      const read = reader.read(row);
      if (read === null) throw new NotInBytes();
      if (read.hash === null) {
        joined.pass();
        return;
      }
      if (!read.fits) throw new NotWhole();
      const at = row.starts[place] ?? -1;
      if (at >= 0) joined.placed(`(${row.bytes.readUInt32BE(at)},${row.bytes.readUInt16BE(at + 4)})`);
      joined.add(read.scope, read as JoinedRow, read.fine);
    });
  } catch (error) {
    if (error instanceof NotInBytes) return null;
    throw error;
  }
  return joined.read();
}

async function readTexts(db: DatabaseHandle, task: RangeTask, progress: (rows: number) => void): Promise<ReadRange> {
  const reader = rowReader(task.chain, (column) => task.types.get(column) ?? '');
  const joined = joinedRange(progress);
  await db.visit(selectRange(task, [reader.select]), (row) => {
    const { key, hash, prev, misfit, fine } = reader.read(row, null);
    if (hash === null) {
      joined.pass();
      return;
    }
    if (misfit === undefined) joined.unformatted();
    else if (misfit !== null) throw new NotWhole();
    const place = row[PLACE] ?? null;
    if (place !== null) joined.placed(place);
    joined.add(reader.scope(row), { prev, hash, key }, fine);
  });
  return joined.read();
}

const PLACE = 'place';

function selectRange({ chain: { hash }, relation, range, bits }: RangeTask, select: readonly string[]): string {
  const place = bits === null ? [] : [`CASE WHEN ${isCheckpoint(hash, bits)} THEN t.ctid END AS ${PLACE}`];
  return `SELECT ${[...select, ...place].join(', ')} FROM ${relation} AS t${rangeSql(range)}`;
}

interface JoinedRange {
  /** @throws NotWhole when these rows can be part of no whole chain, or are in too many pieces */
  add(scope: string, row: JoinedRow, fine: boolean): void;
  /** A row without a hash. */
  pass(): void;
  /** The row to be added is one that no format is meant for. */
  unformatted(): void;
  /** Where the row to be added lies. */
  placed(place: string): void;
  read(): ReadRange;
}

type JoinedRow = Pick<LinkedRow, 'prev' | 'hash' | 'key'>;

/** Puts the rows of a range together as they come. */
function joinedRange(progress: (rows: number) => void): JoinedRange {
  const counts = { rows: 0, unchained: 0, unformatted: 0, fineRows: 0 };
  const lines = new Map<string, Segments>();
  const places: string[] = [];
  let segments = 0;
  // Most rows are of the scope of the one before.
  let current: { readonly scope: string; readonly line: Segments } | undefined;
  const lineOf = (scope: string): Segments => {
    if (current?.scope === scope) return current.line;
    const line = lines.get(scope) ?? newSegments();
    lines.set(scope, line);
    current = { scope, line };
    return line;
  };
  return {
    add(scope, row, fine) {
      counts.rows += 1;
      if (counts.rows % PROGRESS_ROWS === 0) progress(counts.rows);
      if (fine) counts.fineRows += 1;
      const line = lineOf(scope);
      const before = line.count();
      if (!joinRow(line, row, counts.rows)) throw new NotWhole();
      segments += line.count() - before;
      if (segments > MOST_SEGMENTS) throw new NotWhole();
    },
    pass: () => void (counts.unchained += 1),
    unformatted: () => void (counts.unformatted += 1),
    placed: (place) => void places.push(place),
    read() {
      progress(counts.rows);
      return { ...counts, places, lines: Array.from(lines, ([scope, of]) => ({ scope, pieces: piecesOf(of) })) };
    },
  };
}

/** What is told of the segments of a range. */
export function piecesOf(line: Segments): readonly Piece[] {
  return line.all().map(({ prev, hash, key, rows }) => ({ prev, hash, key, rows }));
}

/** Puts a row into a line; false when these rows can be part of no whole one: two of them follow the same one. */
export function joinRow(line: Segments, row: JoinedRow, place: number): boolean {
  if (line.extend(row, place)) return true;
  if (line.waitingFor(row.prev) !== undefined) return false;
  line.begin(row, place, true);
  return true;
}
