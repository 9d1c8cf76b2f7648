import { messageOf } from '@pgdrill/core';
import type { DatabaseHandle } from '@pgdrill/core';
import type { FoundChain } from './find-chains.ts';
import type { OwnVerdict } from './observation.ts';

/** Asks the database's own verify function; null where there is none. An error is an answer too. */
export async function ownVerdict(db: DatabaseHandle, { chain, config }: FoundChain): Promise<OwnVerdict | null> {
  const { verify } = chain;
  // A table that only looks like the reference chain need not have its function.
  if (!verify || (config.verify === undefined && !(await hasFunction(db, verify.query)))) return null;
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
