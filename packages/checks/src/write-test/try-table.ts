import { quoteIdentifier } from '@pgdrill/core';
import type { Trial, TrialDatabase } from '@pgdrill/core';
import type { Change, NextValue, Outcome, TableTrial } from './observation.ts';
import { MISSING_NAMES, outcomeOfError } from './outcome.ts';
import { deleteStatement, insertStatement, updateStatement } from './statements.ts';
import type { TriedStatement } from './statements.ts';
import { ownRows } from './writable-table.ts';
import type { WritableTable } from './writable-table.ts';

/**
 * Tries an insert, an update and a delete on one row of a table. Null when the table is empty.
 *
 * @param schemas every schema of users, for a second try where a name is not found
 * @throws DatabaseError when the connection is lost
 */
export function tryTable(
  db: TrialDatabase,
  table: WritableTable,
  next: NextValue | undefined,
  schemas: readonly string[],
): Promise<TableTrial | null> {
  const all = (why: string): TableTrial => ({
    table: table.name,
    insert: { ending: 'untested', why },
    update: { ending: 'untested', why },
    delete: { ending: 'untested', why },
  });
  if (!table.may.includes('SELECT')) return Promise.resolve(all('the role may not read it'));
  if (table.rowSecurity) return Promise.resolve(all('row-level security applies to the role'));
  if (table.reachesOut !== null) return Promise.resolve(all(table.reachesOut));
  return db.rolledBack(async (trial) => {
    let place;
    try {
      place = await placeOfRow(trial, table, next);
    } catch (error) {
      return all(`its rows could not be read: ${outcomeOfError(error).sqlstate}`);
    }
    if (place === null) return null;
    const insert =
      next?.taken === true
        ? ({ ending: 'untested', why: 'the next value of its key is taken' } as const)
        : await tryStatement(trial, table, 'insert', insertStatement(table, place, next), schemas);
    return {
      table: table.name,
      insert,
      update: await tryStatement(trial, table, 'update', updateStatement(table, place), schemas),
      delete: await tryStatement(trial, table, 'delete', deleteStatement(table, place), schemas),
    };
  });
}

/** The newest row, where a sequence tells; any row elsewhere. */
async function placeOfRow(trial: Trial, table: WritableTable, next: NextValue | undefined): Promise<string | null> {
  const newest = next === undefined ? '' : ` ORDER BY t.${quoteIdentifier(next.column)} DESC`;
  const [row] = await trial.reader.query(
    `SELECT t.tableoid::pg_catalog.text AS relation, t.ctid::pg_catalog.text AS at FROM ${ownRows(table)} AS t${newest} LIMIT 1`,
  );
  return row === undefined ? null : `t.ctid = '${row['at']}' AND t.tableoid = ${row['relation']}`;
}

async function tryStatement(
  trial: Trial,
  table: WritableTable,
  change: Change,
  statement: TriedStatement | null,
  schemas: readonly string[],
): Promise<Outcome> {
  if (statement === null)
    return {
      ending: 'untested',
      why: change === 'insert' ? 'a copy would not be unique' : 'no column of it can be set',
    };
  const privilege = change.toUpperCase();
  if (!table.may.includes(privilege)) {
    // What the owner took from itself is meant so; a role that a restore forgot is not.
    return table.ownerMay.includes(privilege)
      ? { ending: 'denied' }
      : { ending: 'refused', why: 'even its owner may not' };
  }
  const asItIs = await attempt(trial, table, change, statement, null);
  if (asItIs.ending !== 'failed' || !MISSING_NAMES.has(asItIs.sqlstate ?? '')) return asItIs;
  const path = [table.schema, ...schemas.filter((schema) => schema !== table.schema)].map(quoteIdentifier).join(', ');
  const { ending } = await attempt(trial, table, change, statement, path);
  return ending === 'worked' ? { ...asItIs, ending: 'worked-by-path' } : asItIs;
}

async function attempt(
  trial: Trial,
  table: WritableTable,
  change: Change,
  { sql, done }: TriedStatement,
  path: string | null,
): Promise<Outcome> {
  try {
    return await trial.attempt(async () => {
      if (path !== null) await trial.query(`SELECT pg_catalog.set_config('search_path', $1, true)`, [path]);
      const fired = await explained(trial, sql);
      const [answer] = done === null ? [] : await trial.query(done);
      if (answer?.['done'] === 'f') return { ending: 'refused', why: 'a trigger or rule kept it from being done' };
      const silent = silentTriggers(table, change, fired);
      return { ending: 'worked', ...(silent.length === 0 ? {} : { silent }) };
    });
  } catch (error) {
    return outcomeOfError(error);
  }
}

/**
 * Runs a statement, and returns the names of the triggers that fired. EXPLAIN ANALYZE tells them, also of those that change nothing, and unlike RETURNING it goes
 * with every rule. Source: PostgreSQL manual, "EXPLAIN".
 */
async function explained(trial: Trial, sql: string): Promise<ReadonlySet<string>> {
  const [row] = await trial.query(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) ${sql}`);
  const plans = JSON.parse(row?.['QUERY PLAN'] ?? '[]') as readonly {
    readonly Triggers?: readonly { readonly 'Trigger Name'?: string }[];
  }[];
  return new Set(plans.flatMap(({ Triggers = [] }) => Triggers.flatMap((trigger) => trigger['Trigger Name'] ?? [])));
}

/** The triggers that had to fire, when none of them did: one may keep others from it, but the first always fires. */
function silentTriggers(
  { triggers, ruled }: WritableTable,
  change: Change,
  fired: ReadonlySet<string>,
): readonly string[] {
  if (ruled.includes(change)) return [];
  const due = triggers.filter(({ on, unconditional }) => unconditional && on.includes(change)).map(({ name }) => name);
  return due.some((name) => fired.has(name)) ? [] : due;
}
