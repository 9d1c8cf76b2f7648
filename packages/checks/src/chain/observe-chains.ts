import { DatabaseError } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';
import { findChains } from './find-chains.ts';
import type { FoundChain } from './find-chains.ts';
import type { ChainObservation, ChainsObservation, OwnVerdict } from './observation.ts';
import { ownVerdict } from './own-verdict.ts';
import { readSentinel } from './sentinel.ts';
import { keyShower } from './show-key.ts';
import { keyColumn, walkRows } from './walk-rows.ts';
import type { WalkedRows } from './walk-rows.ts';

/** Walks every chain of one side, once for all checks that ask. */
export function observeChains(db: DatabaseHandle, context: ObserveContext): Promise<ChainsObservation> {
  return context.once('chains', async () => {
    const chains: ChainObservation[] = [];
    for (const found of await findChains(db, context)) chains.push(await observeChain(db, found, context));
    return { chains };
  });
}

const NOTHING_WALKED = {
  rows: 0,
  counted: 0,
  head: null,
  breaks: {},
  checkpoints: { stride: 1, hashes: [] },
  fineRows: 0,
  coarseMismatches: 0,
};

async function observeChain(db: DatabaseHandle, found: FoundChain, context: ObserveContext): Promise<ChainObservation> {
  const { chain, name, foundBy, relation } = found;
  const base = { name, foundBy, missing: relation === null, expectEmpty: chain.expect?.empty === true };
  if (relation === null) return { ...base, ...NOTHING_WALKED };
  try {
    const counted = await countRows(db, relation);
    const show = await keyShower(db, relation, keyColumn(chain), context.reveal);
    const [own, walked] = await Promise.all([
      askOwn(db, found, counted, context),
      walkShown(db, found, relation, context, show),
    ]);
    const sentinel = await readSentinel(db, found);
    return { ...base, counted, ...walked, ...sentinel, ...(own === null ? {} : { own: ownShown(own, show) }) };
  } catch (error) {
    // What the server refused concerns this chain; a lost connection or an interrupted drill concerns all.
    if (!(error instanceof DatabaseError) || error.sqlstate === null || context.signal.aborted) throw error;
    return { ...base, ...NOTHING_WALKED, unreadable: error.message };
  }
}

async function countRows(db: DatabaseHandle, relation: string): Promise<number> {
  const [row] = await db.query(`SELECT count(*) AS rows FROM ${relation}`);
  return Number(row?.['rows']);
}

/** From so many rows on, the database's own function takes longer than a connection, and goes on beside our walk. */
const MANY_ROWS = 50_000;

async function askOwn(
  db: DatabaseHandle,
  found: FoundChain,
  rows: number,
  context: ObserveContext,
): Promise<OwnVerdict | null> {
  // Without a connection more, it has to wait for the walk.
  const other = rows < MANY_ROWS ? db : await context.openWorker().catch(() => db);
  return ownVerdict(other, found);
}

/** What it calls the first break is as a rule the row's key. */
function ownShown(own: OwnVerdict, show: (key: string) => string): OwnVerdict {
  return { ...own, firstBreak: own.firstBreak === null ? null : show(own.firstBreak) };
}

/** How many rows are read between two words on the progress. */
const PROGRESS_ROWS = 50_000;

async function walkShown(
  db: DatabaseHandle,
  { chain, name }: FoundChain,
  relation: string,
  context: ObserveContext,
  show: (key: string) => string,
): Promise<WalkedRows> {
  let told = 0;
  const { head, breaks, ...walked } = await walkRows(db, chain, relation, (rows) => {
    context.signal.throwIfAborted();
    if (rows < told + PROGRESS_ROWS) return;
    told = rows;
    context.progress(name, rows);
  });
  const shown = Object.entries(breaks).flatMap(([kind, found]) =>
    found ? [[kind, { total: found.total, first: { ...found.first, key: show(found.first.key) } }] as const] : [],
  );
  return { ...walked, head: head && { ...head, key: show(head.key) }, breaks: Object.fromEntries(shown) };
}
