import type { DatabaseHandle, MeasuredTable, MeasureRequest, ObserveContext, Table } from '@pgdrill/core';
import type { CheckpointPlaces } from './checkpoints.ts';
import { findChains } from './find-chains.ts';
import type { FoundChain } from './find-chains.ts';
import { scanFacts } from './scan-facts.ts';
import { sqlVerifier } from './sql-verdict.ts';
import type { SqlVerdict } from './sql-verdict.ts';
import type { WholeChain } from './whole-chain.ts';

/** A chain, and what the scan will tell of it. */
export interface PreparedChain {
  readonly found: FoundChain;
  /** A long chain that only our own process is to verify: its threads tell all that the scan would. */
  readonly isLeftToThreads: boolean;
  /** Waits for the scan; null where the server cannot verify this chain. */
  readonly bySql: ((db: DatabaseHandle) => Promise<SqlVerdict | null>) | null;
  /** Is it in tables, of which the scan reads the blocks, and others can read some? */
  readonly hasBlocks: boolean;
  /** About how many rows there are, as the planner would guess; null when nobody knows. */
  readonly about: number | null;
  /** How many rows there are; waits for the scan where it counts them. */
  counted(db: DatabaseHandle): Promise<number>;
  /** Where its checkpoints lie; waits for the scan. Null where it does not tell. */
  places(): Promise<CheckpointPlaces | null>;
}

/** Finds the chains of one side, once for all checks that ask, and asks the scan to verify them on its way. */
export function prepareChains(db: DatabaseHandle, context: ObserveContext): Promise<readonly PreparedChain[]> {
  return context.once('chains prepared', async () => {
    const prepared: PreparedChain[] = [];
    for (const [index, found] of (await findChains(db, context)).entries()) {
      prepared.push({ found, ...(await askScan(db, found, `chain${index}`, context)) });
    }
    return prepared;
  });
}

async function askScan(
  db: DatabaseHandle,
  found: FoundChain,
  owner: string,
  context: ObserveContext,
): Promise<Omit<PreparedChain, 'found'>> {
  const { measure } = context;
  const { chain, relation } = found;
  const count = async (handle: DatabaseHandle): Promise<number> =>
    relation === null ? 0 : countRows(handle, relation);
  const unasked = {
    isLeftToThreads: false,
    bySql: null,
    hasBlocks: false,
    about: null,
    counted: count,
    places: async () => null,
  };
  if (measure === null || relation === null) return unasked;
  const rows = await rowsOf(db, relation, context.tables);
  if (rows === null) return unasked;
  const { tables, about } = rows;
  const wanted = chain.verifiers?.includes('sql') ?? true;
  if (!wanted && context.since === null && isSpread(chain, about, context))
    return { ...unasked, isLeftToThreads: true, hasBlocks: true, about };
  const verifier = wanted ? sqlVerifier(found, owner) : null;
  const facts = scanFacts(chain, owner, about);
  const request: MeasureRequest = {
    derive: { ...facts.request.derive, ...verifier?.request.derive },
    measures: { ...facts.request.measures, ...verifier?.request.measures },
  };
  const answers = tables.map((table): Promise<MeasuredTable> => measure(owner, table, request));
  const answered = (): Promise<readonly MeasuredTable[]> => Promise.all(answers);
  return {
    bySql: verifier && (async (handle) => verifier.verdict(handle, await answered())),
    isLeftToThreads: false,
    hasBlocks: true,
    about,
    counted: async (handle) => facts.counted(await answered()) ?? (await count(handle)),
    places: async () => facts.places(await answered()),
  };
}

/** Threads take about a third of a second to start, in which one process reads so many rows. */
const LEAST_SPREAD = 200_000;

/** Is a chain of about so many rows to be walked in threads? */
export function isSpread(
  { prev }: WholeChain,
  about: number | null,
  { threads }: Pick<ObserveContext, 'threads'>,
): boolean {
  return threads !== null && prev.column !== undefined && about !== null && about >= LEAST_SPREAD;
}

async function countRows(db: DatabaseHandle, relation: string): Promise<number> {
  const [row] = await db.query(`SELECT count(*) AS rows FROM ${relation}`);
  return Number(row?.['rows']);
}

/** The tables that hold the rows of a relation: its partitions, itself and its heirs; null when some are not read by the scan. And about how many rows. */
async function rowsOf(
  db: DatabaseHandle,
  relation: string,
  tables: readonly Table[],
): Promise<{ readonly tables: readonly Table[]; readonly about: number | null } | null> {
  const rows = await db.query(
    `WITH RECURSIVE member AS (
       SELECT $1::regclass::oid AS oid
       UNION SELECT i.inhrelid FROM pg_inherits i JOIN member m ON i.inhparent = m.oid),
     size AS (
       SELECT c.*, pg_relation_size(c.oid) / current_setting('block_size')::int AS blocks
         FROM member m JOIN pg_class c ON c.oid = m.oid AND c.relkind <> 'p')
     SELECT n.nspname, c.relname,
            CASE WHEN blocks = 0 THEN 0 WHEN relpages > 0 AND reltuples > relpages / $2::int THEN round(reltuples::numeric / relpages * blocks) END AS about
       FROM size AS c JOIN pg_namespace n ON n.oid = c.relnamespace`,
    [relation, `${MOST_BLOCKS_A_ROW}`],
  );
  const found = rows.map((row) =>
    tables.find((table) => table.schema === row['nspname'] && table.relation === row['relname']),
  );
  if (!found.every((table) => table !== undefined) || found.length === 0) return null;
  const about = rows.map((row) => row['about'] ?? null);
  return { tables: found, about: about.includes(null) ? null : about.reduce((sum, each) => sum + Number(each), 0) };
}

/** A row takes one block at most: statistics that expect far fewer rows are of another time. */
const MOST_BLOCKS_A_ROW = 8;
