import { messageOf } from '@pgdrill/core';
import type { ChainVerifyFunction, DatabaseHandle, ObserveContext } from '@pgdrill/core';
import type { FoundChain } from './find-chains.ts';
import type { OwnVerdict } from './observation.ts';

/** From so many rows on, the database's own function takes longer than a connection, and goes on beside our work. */
const MANY_ROWS = 50_000;
/** From so many rows on it takes longer than all the rest of a capture. */
const VERY_MANY_ROWS = 200_000;

/**
 * Asks the database's own verify function about a chain of so many rows. An error is an answer too.
 *
 * @returns null where there is none
 */
export async function askOwn(
  db: DatabaseHandle,
  { chain: { verify }, config }: FoundChain,
  rows: number,
  context: ObserveContext,
): Promise<OwnVerdict | null> {
  // A table that only looks like the reference chain need not have its function.
  if (!verify || (config.verify === undefined && !(await hasFunction(db, verify.query)))) return null;
  // Of a long chain, a function that the config names is asked after the restore, and one that only the preset knows not at all.
  const isLong = rows > VERY_MANY_ROWS;
  const asks = context.side === 'before' ? (config.verify?.before ?? !isLong) : config.verify !== undefined || !isLong;
  if (!asks) return { firstBreak: null, rows: null, asked: false };
  // Without a connection more, it has to wait for the walk.
  return answer(rows < MANY_ROWS ? db : await context.openWorker().catch(() => db), verify);
}

async function answer(db: DatabaseHandle, verify: ChainVerifyFunction): Promise<OwnVerdict> {
  try {
    const [row] = await db.query(verify.query);
    const absent = [verify.firstBreak, verify.rows].filter((column) => row?.[column] === undefined);
    if (row === undefined || absent.length > 0) {
      const names =
        row === undefined ? 'no row' : `no column ${absent.map((name) => JSON.stringify(name)).join(' and ')}`;
      return { firstBreak: null, rows: null, error: `its answer has ${names}` };
    }
    return { firstBreak: row[verify.firstBreak] ?? null, rows: row[verify.rows] ?? null };
  } catch (error) {
    return { firstBreak: null, rows: null, error: messageOf(error) };
  }
}

async function hasFunction(db: DatabaseHandle, query: string): Promise<boolean> {
  const [row] = await db.query('SELECT to_regprocedure($1) IS NOT NULL AS is_there', [
    query.replace(/^SELECT \* FROM /, ''),
  ]);
  return row?.['is_there'] === 't';
}
