import { messageOf, quoteIdentifier } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext, Row, Table } from '@pgdrill/core';
import { shownDigest } from '../content/digest.ts';
import { rowHash } from '../content/row-hash.ts';
import type { ComparedMatview } from './observation.ts';

/**
 * Holds the rows of every populated materialised view to what its own query gives on the same snapshot, by number and by the digest that the check
 * `content` takes of a table's rows, which needs no order and no equality.
 *
 * One query of each view, under the pinned settings, as the role that captures. What it may not read, or a query that fails, is told for that view.
 */
export async function compareMatviews(
  db: DatabaseHandle,
  context: ObserveContext,
): Promise<Readonly<Record<string, ComparedMatview>>> {
  const compared: [string, ComparedMatview][] = [];
  for (const table of context.tables) {
    if (table.kind !== 'matview' || !table.populated || table.ofExtension === true) continue;
    try {
      compared.push([table.name, await compare(db, table)]);
    } catch (error) {
      context.signal.throwIfAborted();
      compared.push([table.name, { error: messageOf(error) }]);
    }
  }
  return Object.fromEntries(compared);
}

async function compare(db: DatabaseHandle, { schema, relation, columns }: Table): Promise<ComparedMatview> {
  const [view] = await db.query(DEFINITION, [schema, relation]);
  // It ends in a semicolon.
  const query = (view?.['definition'] ?? '').trim().replace(/;$/, '');
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const alias = names === '' ? 't' : `t (${names})`;
  const digest = (rows: string): string => digestOf(rows, columns);
  const [row] = await db.query(`
    SELECT stored.rows AS stored_rows, stored.a AS stored_a, stored.b AS stored_b, fresh.rows AS now_rows, fresh.a AS now_a, fresh.b AS now_b
      FROM (${digest(`${quoteIdentifier(schema)}.${quoteIdentifier(relation)} AS ${alias}`)}) AS stored,
           (${digest(`(\n${query}\n) AS ${alias}`)}) AS fresh`);
  return { stored: shown(row, 'stored'), now: shown(row, 'now') };
}

/** The packed form of a row is evaluated once for both hashes: OFFSET 0 keeps the planner from putting it in the place of its name. */
function digestOf(rows: string, columns: Table['columns']): string {
  const row = rowHash(columns);
  const packed = row.packed === null ? '' : `, LATERAL (SELECT ${row.packed} AS packed OFFSET 0) AS p`;
  return `SELECT count(*) AS rows, sum(${row.of('a', 'p.packed')}) AS a, sum(${row.of('b', 'p.packed')}) AS b FROM ${rows}${packed}`;
}

function shown(row: Row | undefined, side: 'stored' | 'now'): string {
  const count = row?.[`${side}_rows`] ?? '0';
  const digest = shownDigest({ rows: count, a: row?.[`${side}_a`] ?? null, b: row?.[`${side}_b`] ?? null });
  return `${count} ${count === '1' ? 'row' : 'rows'}, ${digest}`;
}

const DEFINITION = `
  SELECT pg_catalog.pg_get_viewdef(c.oid) AS definition
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'm' AND n.nspname = $1 AND c.relname = $2`;
