import { createHash } from 'node:crypto';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';
import type { FoundChain } from './find-chains.ts';
import type { Head } from './heads.ts';
import type { ChainObservation, Verifiers } from './observation.ts';
import { isSpread } from './prepare-chains.ts';
import type { PreparedChain } from './prepare-chains.ts';
import { placeBits } from './scan-facts.ts';
import type { SqlVerdict } from './sql-verdict.ts';
import { walkInThreads } from './spread/walk-in-threads.ts';
import type { SpreadRows } from './spread/walk-in-threads.ts';
import { sampleRows, walkRows } from './walk-rows.ts';
import type { WalkedRows } from './walk-rows.ts';

/** What the verifiers together say of a chain's rows. Keys are as they are stored. */
export type VerifiedRows = WalkedRows & Pick<ChainObservation, 'verifiers'>;

/** What there is to know of a chain that the scan does not tell of, where threads have told it. */
export type ToldRows = Pick<SpreadRows, 'counted' | 'places'>;

/** Up to so many rows, every row is recomputed outside the database unless the config says otherwise; of more, so many that are chosen at random. */
const MOST_WALKED = 200_000;
const SAMPLED = 10_000;

/**
 * Verifies the rows of one chain by the server's own pg_catalog functions, and outside the database.
 *
 * A chain that the first calls whole need not be walked; one that it does not is walked outside the database, to name what broke.
 *
 * @param relation the table, quoted for SQL
 * @param counting how many rows it has, which is known once the scan has ended
 * @param mostSegments as of `walkRows`
 */
export async function verifyRows(
  db: DatabaseHandle,
  { found, isLeftToThreads, bySql, about }: PreparedChain,
  relation: string,
  counting: () => Promise<number>,
  context: ObserveContext,
  mostSegments?: number,
): Promise<{ readonly verified: VerifiedRows; readonly told: ToldRows | null }> {
  const { verifiers } = found.chain;
  const walkHere = (): Promise<WalkedRows> =>
    walkRows(db, found, relation, (rows) => context.progress(found.name, rows), mostSegments);
  /** In threads where there are enough rows for it to pay; a chain that is not whole is walked here. */
  const walkAll = async (): Promise<{ walked: WalkedRows; told: ToldRows | null }> => {
    const rows = about ?? (await counting());
    const spread = isSpread(found.chain, rows, context)
      ? await walkInThreads(db, found, relation, isLeftToThreads ? placeBits(rows) : null, context)
      : null;
    return spread === null ? { walked: await walkHere(), told: null } : { walked: spread.walked, told: spread };
  };
  if (bySql === null) {
    const { walked, told } = await walkAll();
    return { verified: walkOnly(walked), told: isLeftToThreads ? told : null };
  }
  const untold = (verified: VerifiedRows) => ({ verified, told: null });
  const walksAll = verifiers?.includes('independent') ?? (await counting()) <= MOST_WALKED;
  if (walksAll) {
    const { walked } = await walkAll();
    return untold(both(walked, await bySql(db)));
  }
  const [sql, counted] = [await bySql(db), await counting()];
  if (sql?.heads && sql.rows + sql.unchained === counted) {
    const sample = verifiers === undefined ? await takeSample(db, found, relation, counted, sql.heads) : undefined;
    if ((sample?.mismatches ?? 0) === 0) return untold(whole(sql, sql.heads, sample));
  }
  return untold(both(await walkHere(), sql));
}

function whole(sql: SqlVerdict, heads: readonly Head[], sample?: Verifiers['sampled']): VerifiedRows {
  const { rows, unchained, fineRows } = sql;
  const single = heads.length === 1 ? heads.map((head) => ({ ...head, rows })) : heads;
  return {
    rows,
    unchained,
    unformatted: 0,
    heads: single,
    breaks: {},
    fineRows,
    coarseMismatches: 0,
    outOfOrder: 0,
    verifiers: { sql: { rows, mismatches: 0, whole: true }, ...(sample === undefined ? {} : { sampled: sample }) },
  };
}

function both(walked: WalkedRows, sql: SqlVerdict | null): VerifiedRows {
  if (sql === null) return walkOnly(walked);
  const { rows, mismatches, heads } = sql;
  return {
    ...walked,
    verifiers: { sql: { rows, mismatches, whole: heads !== null }, independent: { rows: walked.rows } },
  };
}

function walkOnly(walked: WalkedRows): VerifiedRows {
  return { ...walked, verifiers: { independent: { rows: walked.rows } } };
}

async function takeSample(
  db: DatabaseHandle,
  found: FoundChain,
  relation: string,
  counted: number,
  heads: readonly Head[],
): Promise<NonNullable<Verifiers['sampled']>> {
  const seed = seedOf(heads);
  const { rows, mismatches } = await sampleRows(db, found, relation, { percent: (100 * SAMPLED) / counted, seed });
  return { rows, mismatches, seed };
}

/** Another one whenever a row was appended, and the same one for the same rows, so that a capture can be done again to the letter. */
function seedOf(heads: readonly Head[]): number {
  const digest = createHash('sha256');
  for (const { hash } of heads) digest.update(`${hash}\n`);
  return digest.digest().readUInt32BE() % 1_000_000;
}
