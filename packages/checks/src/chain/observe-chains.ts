import { DatabaseError } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';
import { countAmbiguous } from './ambiguous-rows.ts';
import { columnSql } from './chain-sql.ts';
import { readCheckpoints } from './checkpoints.ts';
import type { CheckpointPlaces } from './checkpoints.ts';
import { leftOutReason } from './left-out.ts';
import type { ChainObservation, ChainsObservation, OwnVerdict } from './observation.ts';
import { askOwn } from './own-verdict.ts';
import { descriptionDigest } from './description-digest.ts';
import { prepareChains } from './prepare-chains.ts';
import type { PreparedChain } from './prepare-chains.ts';
import { readSentinel } from './sentinel.ts';
import { keyColumn } from './row-reader.ts';
import { keyShower, scopeShower } from './show-key.ts';
import { sinceHeads } from './since/since-heads.ts';
import type { SinceHead } from './since/since-heads.ts';
import { verifySince } from './since/verify-since.ts';
import { verifyRows } from './verify-rows.ts';
import type { VerifiedRows } from './verify-rows.ts';
import { UnfollowedLinks } from './unfollowed-links.ts';
import type { WholeChain } from './whole-chain.ts';

/**
 * Verifies every chain of one side, once for all checks that ask.
 *
 * @param mostSegments as of `walkRows`
 */
export function observeChains(
  db: DatabaseHandle,
  context: ObserveContext,
  mostSegments?: number,
): Promise<ChainsObservation> {
  return context.once('chains', async () => {
    const chains: ChainObservation[] = [];
    for (const prepared of await prepareChains(db, context))
      chains.push(await observeChain(db, prepared, context, mostSegments));
    return { chains };
  });
}

const NOTHING_KNOWN = {
  rows: 0,
  counted: 0,
  unchained: 0,
  unformatted: 0,
  verifiers: {},
  heads: [],
  breaks: {},
  checkpoints: { bits: 0, hashes: [] },
  fineRows: 0,
  coarseMismatches: 0,
  outOfOrder: 0,
  gaps: 0,
  ambiguous: { rows: 0, of: 0 },
};

async function observeChain(
  db: DatabaseHandle,
  prepared: PreparedChain,
  context: ObserveContext,
  mostSegments: number | undefined,
): Promise<ChainObservation> {
  const { found } = prepared;
  const { chain, name, foundBy, relation } = found;
  const base = {
    name,
    foundBy,
    missing: relation === null,
    expectEmpty: chain.expect?.empty === true,
    description: descriptionDigest(chain),
    ...(chain.order.length === 0 ? { unordered: true as const } : {}),
  };
  if (relation === null) return { ...base, ...NOTHING_KNOWN };
  try {
    const leftOut = await leftOutReason(db, found, context);
    if (leftOut !== null) return { ...base, ...NOTHING_KNOWN, unreadable: leftOut };
    const heads = context.since === null ? null : sinceHeads(context.since, found);
    if (typeof heads === 'string') return { ...base, ...NOTHING_KNOWN, unreadable: heads };
    const rows = await readRows(db, prepared, relation, { since: heads, mostSegments }, context);
    return { ...base, ...rows, ...(await readSentinel(db, found)) };
  } catch (error) {
    if (error instanceof UnfollowedLinks) return { ...base, ...NOTHING_KNOWN, unreadable: error.message };
    // What the server refused concerns this chain; a lost connection or an interrupted drill concerns all.
    if (!(error instanceof DatabaseError) || error.sqlstate === null || context.signal.aborted) throw error;
    return { ...base, ...NOTHING_KNOWN, unreadable: error.message };
  }
}

async function readRows(
  db: DatabaseHandle,
  prepared: PreparedChain,
  relation: string,
  { since, mostSegments }: { readonly since: readonly SinceHead[] | null; readonly mostSegments: number | undefined },
  context: ObserveContext,
): Promise<
  VerifiedRows &
    Pick<ChainObservation, 'counted' | 'checkpoints' | 'gaps' | 'ambiguous' | 'since'> & { readonly own?: OwnVerdict }
> {
  const { found } = prepared;
  const show = keyShower(found.types, keyColumn(found.chain), context.reveal);
  const showScope = scopeShower(found.types, found.chain.scope, context.reveal);
  const { counted, own, verified, places } =
    since === null
      ? await verifyWhole(db, prepared, relation, mostSegments, context)
      : await verifyFrom(db, prepared, relation, since, context);
  const { heads, breaks, ...facts } = verified;
  const shown = Object.entries(breaks).flatMap(([kind, of]) =>
    of ? [[kind, { total: of.total, first: { ...of.first, key: show(of.first.key) } }] as const] : [],
  );
  return {
    counted,
    ...facts,
    heads: heads
      .map((head) => ({ ...head, scope: showScope(head.scope), key: show(head.key) }))
      .toSorted((a, b) => (a.scope < b.scope ? -1 : 1)),
    breaks: Object.fromEntries(shown),
    checkpoints: await readCheckpoints(db, found.chain, relation, counted, places),
    gaps: await countGaps(db, found.chain, relation),
    ambiguous: await countAmbiguous(db, found, relation, prepared.hasBlocks ? counted : null),
    // What it calls the first break is as a rule the row's key.
    ...(own === null ? {} : { own: { ...own, firstBreak: own.firstBreak === null ? null : show(own.firstBreak) } }),
  };
}

interface Verified {
  readonly counted: number;
  readonly own: OwnVerdict | null;
  readonly verified: VerifiedRows & Pick<ChainObservation, 'since'>;
  readonly places: CheckpointPlaces | null;
}

/** By all verifiers that the config asks for, beside the database's own. */
async function verifyWhole(
  db: DatabaseHandle,
  prepared: PreparedChain,
  relation: string,
  mostSegments: number | undefined,
  context: ObserveContext,
): Promise<Verified> {
  const { found, isLeftToThreads, about } = prepared;
  const counting = isLeftToThreads ? null : prepared.counted(db);
  const counted = (): Promise<number> => counting ?? prepared.counted(db);
  // The threads' own count comes last, and how long its own function would take is known about as well from an estimate.
  const size = (): Promise<number> => (isLeftToThreads && about !== null ? Promise.resolve(about) : counted());
  const [own, { verified, told }] = await Promise.all([
    size().then((rows) => askOwn(db, found, rows, context)),
    verifyRows(db, prepared, relation, counted, context, mostSegments),
  ]);
  if (isLeftToThreads)
    return { counted: told?.counted ?? (await counted()), own, verified, places: told?.places ?? null };
  return { counted: await counted(), own, verified, places: await prepared.places() };
}

/** The same, from an earlier capture's heads on. */
async function verifyFrom(
  db: DatabaseHandle,
  prepared: PreparedChain,
  relation: string,
  heads: readonly SinceHead[],
  context: ObserveContext,
): Promise<Verified> {
  const counting = prepared.counted(db);
  const [counted, own, verified] = await Promise.all([
    counting,
    counting.then((rows) => askOwn(db, prepared.found, rows, context)),
    verifySince(db, prepared, relation, { counting, heads }, context),
  ]);
  return { counted, own, verified, places: await prepared.places() };
}

/** Numbers that are missing between the first and the last of each scope. */
async function countGaps(db: DatabaseHandle, { contiguous, scope }: WholeChain, relation: string): Promise<number> {
  if (contiguous === undefined) return 0;
  const number = columnSql(contiguous);
  const group = scope.length === 0 ? '' : ` GROUP BY ${scope.map(columnSql).join(', ')}`;
  const [row] = await db.query(
    `SELECT coalesce(sum(missing), 0) AS gaps
       FROM (SELECT max(${number}) - min(${number}) + 1 - count(DISTINCT ${number}) AS missing FROM ${relation} AS t${group}) AS scopes`,
  );
  return Number(row?.['gaps']);
}
