import { partOfDay } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext, Since } from '@pgdrill/core';
import type { FoundChain } from '../find-chains.ts';
import type { BreakKind, Breaks, ChainSince, LostHeads } from '../observation.ts';
import type { PreparedChain } from '../prepare-chains.ts';
import { coversLink } from '../sql-verdict.ts';
import type { SqlVerdict } from '../sql-verdict.ts';
import { verifyRows } from '../verify-rows.ts';
import type { VerifiedRows } from '../verify-rows.ts';
import { addBreaks } from '../walk-rows.ts';
import { findPlaces } from './find-places.ts';
import { lookUpLinks } from './outside-links.ts';
import type { OutsideLinks } from './outside-links.ts';
import type { SinceHead } from './since-heads.ts';
import { walkSince } from './walk-since.ts';
import type { PartlyWalked } from './walk-since.ts';

/** What the verifiers say of a chain that was recomputed from an earlier capture on. */
export type VerifiedSince = VerifiedRows & { readonly since: ChainSince };

/**
 * Verifies a chain from the heads of an earlier capture on: those have to be there still, and the rows from there on are recomputed outside the database,
 * together with a part of the older ones, another one each day.
 *
 * The server verifies every row all the same: it hashes what the scan reads anyway, and leaving rows out would save little and leave their links unproven.
 * What it does not find whole is recomputed whole, to name what broke.
 *
 * @param relation the table, quoted for SQL
 */
export async function verifySince(
  db: DatabaseHandle,
  prepared: PreparedChain,
  relation: string,
  { counting, heads }: { readonly counting: Promise<number>; readonly heads: readonly SinceHead[] },
  context: ObserveContext,
): Promise<VerifiedSince> {
  const { found, bySql } = prepared;
  const { chain } = found;
  const since = context.since as Since;
  const older = { part: partOfDay(since), share: since.share };
  const hasOrder = chain.order.length > 0;
  const places = await findPlaces(db, found, relation, heads);
  const facts = {
    capturedAt: since.manifest.capturedAt,
    ...older,
    day: since.day,
    recent: 0,
    older: 0,
    missing: lost(places.missing),
    differing: lost(places.differing),
  };
  const verifiedRows = async (chain: PreparedChain): Promise<VerifiedRows> =>
    (await verifyRows(db, chain, relation, () => counting, context)).verified;
  const verifyWhole = async (why: string): Promise<VerifiedSince> => ({
    ...(await verifiedRows(recomputed(prepared))),
    since: { ...facts, whole: why },
  });

  if (!hasOrder) return verifyWhole('without an order, only the links tell which rows came after the head');
  if (chain.verifiers?.includes('independent') === false && bySql !== null)
    return { ...(await verifiedRows(prepared)), since: { ...facts, whole: SQL_ALONE } };
  const [sql, counted] = [bySql === null ? null : await bySql(db), await counting];
  if (sql !== null && !isWhole(sql, found, counted)) return verifyWhole('the server did not find it whole');
  const walked = await walkSince(db, found, relation, { places: places.places, older }, progressOf(found, context));
  const links = await outsideLinks(db, found, relation, walked);
  if (links.goesAstray)
    return verifyWhole('rows came after the head that lie more than 100 rows before it in the declared order');
  const all = places.places.reduce((sum, { rows }) => sum + rows, 0);
  return {
    rows: all,
    unchained: counted - all,
    unformatted: walked.unformatted,
    heads: walked.heads,
    breaks: withBreaks(walked.breaks, links.breaks),
    fineRows: sql?.fineRows ?? walked.fineRows,
    coarseMismatches: walked.coarseMismatches,
    outOfOrder: walked.outOfOrder,
    verifiers: {
      ...(sql === null ? {} : { sql: { rows: sql.rows, mismatches: 0, whole: sql.heads !== null } }),
      since: { rows: walked.rows },
    },
    since: { ...facts, recent: walked.recent, older: walked.rows - walked.recent },
  };
}

const SQL_ALONE = 'the config has it verified by the server alone, which hashes every row in the scan';

function lost(heads: readonly SinceHead[]): LostHeads {
  return { total: heads.length, first: heads[0]?.key ?? null };
}

function recomputed(prepared: PreparedChain): PreparedChain {
  const { found } = prepared;
  const verifiers = prepared.bySql === null ? (['independent'] as const) : (['sql', 'independent'] as const);
  return { ...prepared, found: { ...found, chain: { ...found.chain, verifiers } } };
}

/** Sums prove links only where a hash covers them. */
function isWhole(sql: SqlVerdict, { chain }: FoundChain, counted: number): boolean {
  const provesLinks = chain.formats.every(coversLink);
  return sql.mismatches === 0 && sql.rows + sql.unchained === counted && (sql.heads !== null || !provesLinks);
}

function outsideLinks(
  db: DatabaseHandle,
  { chain }: FoundChain,
  relation: string,
  { outside, ends }: PartlyWalked,
): Promise<OutsideLinks> {
  if (chain.prev.column === undefined) return Promise.resolve({ breaks: [], goesAstray: false });
  return lookUpLinks(db, chain, relation, outside, ends);
}

function withBreaks(walked: PartlyWalked['breaks'], links: OutsideLinks['breaks']): PartlyWalked['breaks'] {
  const breaks: { [kind in BreakKind]?: Breaks } = { ...walked };
  for (const { kind, place, key } of links)
    breaks[kind] = addBreaks(breaks[kind], { total: 1, first: { position: place, key } });
  return breaks;
}

function progressOf({ name }: FoundChain, context: ObserveContext): (rows: number) => void {
  return (rows) => {
    context.signal.throwIfAborted();
    context.progress(name, rows);
  };
}
