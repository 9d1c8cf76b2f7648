import type { DatabaseHandle, MeasuredTable, ObserveContext, Table } from '@pgdrill/core';
import { findChains } from './find-chains.ts';
import type { FoundChain } from './find-chains.ts';
import { sqlVerifier } from './sql-verdict.ts';
import type { SqlVerdict } from './sql-verdict.ts';

/** A chain, and what the scan will tell of it. */
export interface PreparedChain {
  readonly found: FoundChain;
  /** Waits for the scan; null where the server cannot verify this chain. */
  readonly bySql: ((db: DatabaseHandle) => Promise<SqlVerdict | null>) | null;
  /** How many rows the scan met; waits for it. Null where it does not tell. */
  countByScan(): Promise<number | null>;
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
  const wanted = chain.verifiers?.includes('sql') ?? true;
  const verifier = wanted ? sqlVerifier(found, owner) : null;
  if (measure === null || relation === null || verifier === null) return NOT_ASKED;
  const tables = await tablesOf(db, relation, context.tables);
  if (tables === null) return NOT_ASKED;
  const answers = tables.map((table): Promise<MeasuredTable> => measure(owner, table, verifier.request));
  return {
    bySql: async (handle) => verifier.verdict(handle, await Promise.all(answers)),
    countByScan: async () => verifier.counted(await Promise.all(answers)),
  };
}

const NOT_ASKED: Omit<PreparedChain, 'found'> = { bySql: null, countByScan: async () => null };

/** The tables that hold the rows of a relation: its partitions, itself and its heirs; null when some are not read by the scan. */
async function tablesOf(
  db: DatabaseHandle,
  relation: string,
  tables: readonly Table[],
): Promise<readonly Table[] | null> {
  const rows = await db.query(
    `WITH RECURSIVE member AS (
       SELECT $1::regclass::oid AS oid
       UNION SELECT i.inhrelid FROM pg_inherits i JOIN member m ON i.inhparent = m.oid)
     SELECT n.nspname, c.relname FROM member m
       JOIN pg_class c ON c.oid = m.oid AND c.relkind <> 'p' JOIN pg_namespace n ON n.oid = c.relnamespace`,
    [relation],
  );
  const found = rows.map((row) =>
    tables.find((table) => table.schema === row['nspname'] && table.relation === row['relname']),
  );
  return found.every((table) => table !== undefined) && found.length > 0 ? found : null;
}
