import { randomInt } from 'node:crypto';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';
import type { FoundChain } from './find-chains.ts';
import type { ChainObservation, Verifiers } from './observation.ts';
import type { PreparedChain } from './prepare-chains.ts';
import type { SqlVerdict } from './sql-verdict.ts';
import { sampleRows, walkRows } from './walk-rows.ts';
import type { WalkedRows } from './walk-rows.ts';

/** What the verifiers together say of a chain's rows. Keys are as they are stored. */
export type VerifiedRows = WalkedRows & Pick<ChainObservation, 'verifiers'>;

/** Up to so many rows, every row is recomputed outside the database unless the config says otherwise; of more, so many that are chosen at random. */
const MOST_WALKED = 200_000;
const SAMPLED = 20_000;

/**
 * Verifies the rows of one chain by the server's own pg_catalog functions, and outside the database.
 *
 * A chain that the first calls whole need not be walked; one that it does not is walked outside the database, to name what broke.
 *
 * @param relation the table, quoted for SQL
 * @param counted how many rows it has
 */
export async function verifyRows(
  db: DatabaseHandle,
  { found, bySql }: PreparedChain,
  relation: string,
  counted: number,
  context: ObserveContext,
): Promise<VerifiedRows> {
  const { verifiers } = found.chain;
  if (bySql === null) return walkOnly(await walk(db, found, relation, context));
  const walksAll = verifiers?.includes('independent') ?? counted <= MOST_WALKED;
  if (walksAll) {
    const walked = await walk(db, found, relation, context);
    return both(walked, await bySql(db));
  }
  const sql = await bySql(db);
  if (sql?.head && sql.rows === counted) {
    const sample = verifiers === undefined ? await takeSample(db, found, relation, counted) : undefined;
    if ((sample?.mismatches ?? 0) === 0) return whole(sql, sql.head, sample);
  }
  return both(await walk(db, found, relation, context), sql);
}

function whole(sql: SqlVerdict, head: NonNullable<SqlVerdict['head']>, sample?: Verifiers['sampled']): VerifiedRows {
  return {
    rows: sql.rows,
    head,
    breaks: {},
    fineRows: sql.fineRows,
    coarseMismatches: 0,
    verifiers: {
      sql: { rows: sql.rows, mismatches: 0, whole: true },
      ...(sample === undefined ? {} : { sampled: sample }),
    },
  };
}

function both(walked: WalkedRows, sql: SqlVerdict | null): VerifiedRows {
  if (sql === null) return walkOnly(walked);
  const { rows, mismatches, head } = sql;
  return {
    ...walked,
    verifiers: { sql: { rows, mismatches, whole: head !== null }, independent: { rows: walked.rows } },
  };
}

function walkOnly(walked: WalkedRows): VerifiedRows {
  return { ...walked, verifiers: { independent: { rows: walked.rows } } };
}

async function takeSample(
  db: DatabaseHandle,
  { chain }: FoundChain,
  relation: string,
  counted: number,
): Promise<NonNullable<Verifiers['sampled']>> {
  const seed = randomInt(1_000_000);
  const { rows, mismatches } = await sampleRows(db, chain, relation, { percent: (100 * SAMPLED) / counted, seed });
  return { rows, mismatches, seed };
}

/** How many rows are read between two words on the progress. */
const PROGRESS_ROWS = 50_000;

async function walk(
  db: DatabaseHandle,
  { chain, name }: FoundChain,
  relation: string,
  context: ObserveContext,
): Promise<WalkedRows> {
  let told = 0;
  return walkRows(db, chain, relation, (rows) => {
    context.signal.throwIfAborted();
    if (rows < told + PROGRESS_ROWS) return;
    told = rows;
    context.progress(name, rows);
  });
}
