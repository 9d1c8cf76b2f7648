import { displayName, quoteQualified } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';
import { USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { askGreatest } from './greatest.ts';
import type { Greatest } from './greatest.ts';

/** Where a sequence is, and how far the columns are that it feeds. */
export interface SequenceState {
  readonly last: string;
  readonly isCalled: boolean;
}

/** What was read of all sequences, by name. */
export interface SequenceStates {
  readonly states: ReadonlyMap<string, SequenceState>;
  /** Resolves when the tables were read. */
  readonly greatest: () => Promise<ReadonlyMap<string, readonly Greatest[]>>;
}

/** Reads them once per side: while checks prepare, for what is asked of the scan must be asked before it begins. */
export function readStates(db: DatabaseHandle, context: ObserveContext): Promise<SequenceStates> {
  return context.once('sequences/states', async () => {
    const states = await statesOf(db);
    return { states, greatest: await askGreatest(db, context) };
  });
}

/** Sequences per query. */
const BATCH = 500;

/** A standby refuses to read an unlogged sequence, and with it the whole query. */
async function statesOf(db: DatabaseHandle): Promise<ReadonlyMap<string, SequenceState>> {
  const readable = await db.query(`
    SELECT n.nspname AS schema, c.relname AS name,
           CASE WHEN c.relkind = 'S' AND pg_catalog.has_sequence_privilege(c.oid, 'SELECT') THEN pg_catalog.pg_sequence_last_value(c.oid) END::text AS last
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'S' AND ${USER_SCHEMAS} AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
       AND NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())
       AND CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT') END`);
  const states = new Map<string, SequenceState>();
  const unused: (readonly [schema: string, name: string])[] = [];
  for (const { schema, name, last = null } of readable) {
    const names = [schema ?? '', name ?? ''] as const;
    if (last === null) unused.push(names);
    else states.set(displayName(...names), { last, isCalled: true });
  }
  // The function tells nothing of one that was not called since it was made or set: only its own row does.
  for (let from = 0; from < unused.length; from += BATCH) {
    const batch = unused.slice(from, from + BATCH);
    const selects = batch.map(
      (names, index) =>
        `SELECT '${index}' AS position, last_value::text, is_called::text FROM ${quoteQualified(...names)}`,
    );
    for (const { position, last_value, is_called } of await db.query(selects.join('\nUNION ALL\n'))) {
      const names = batch[Number(position)];
      if (names !== undefined)
        states.set(displayName(...names), { last: last_value ?? '', isCalled: is_called === 'true' });
    }
  }
  return states;
}
