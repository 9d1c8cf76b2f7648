import { DatabaseError } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';
import { findChains } from '../chain/find-chains.ts';
import type { FoundChain } from '../chain/find-chains.ts';
import { leftOutReason } from '../chain/left-out.ts';
import { readFunctions } from './functions.ts';
import type { GuardedChain, GuardsObservation } from './observation.ts';
import { readTableGuards } from './table-guards.ts';

/** Reads what guards every chain of one side. */
export async function observeGuards(db: DatabaseHandle, context: ObserveContext): Promise<GuardsObservation> {
  const [version] = await db.query("SELECT current_setting('server_version_num') AS number");
  const major = Math.floor(Number(version?.['number']) / 10_000);
  const chains: GuardedChain[] = [];
  for (const found of await findChains(db, context)) chains.push(await observeChain(db, found, major, context));
  return { chains };
}

async function observeChain(
  db: DatabaseHandle,
  found: FoundChain,
  major: number,
  context: ObserveContext,
): Promise<GuardedChain> {
  const { chain, name, foundBy, relation } = found;
  const nothing = { name, foundBy, missing: relation === null, major, tables: {}, functions: {} };
  if (relation === null) return nothing;
  try {
    const leftOut = await leftOutReason(db, found, context);
    if (leftOut !== null) return { ...nothing, unreadable: leftOut };
    const { tables, triggerFunctions } = await readTableGuards(db, relation);
    const functions = await readFunctions(db, triggerFunctions, chain.verify?.query);
    return { ...nothing, tables, functions };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlstate === null || context.signal.aborted) throw error;
    return { ...nothing, unreadable: error.message };
  }
}
