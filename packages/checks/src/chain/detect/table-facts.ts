import { DatabaseError, displayName, quoteQualified, UsageError } from '@pgdrill/core';
import type { DatabaseHandle } from '@pgdrill/core';

/** A column of the table that is looked at. */
export interface FactColumn {
  readonly name: string;
  /** PostgreSQL's own name, such as `int8`; a domain's base type. */
  readonly type: string;
  readonly notNull: boolean;
}

/** What the catalogue says of the table that is looked at. */
export interface TableFacts {
  /** As a config would write it. */
  readonly name: string;
  /** Quoted for SQL. */
  readonly relation: string;
  /** In the catalogue's order. */
  readonly columns: readonly FactColumn[];
  readonly primaryKey: readonly string[];
}

/**
 * Looks a table, or a view, up in the catalogue.
 *
 * @throws UsageError when there is none of that name
 */
export async function tableFacts(db: DatabaseHandle, table: string): Promise<TableFacts> {
  const place = table.includes('.') ? table : `public.${table}`;
  const [row] = await lookUp(db, place);
  if (row === undefined) {
    throw new UsageError(
      `There is no table ${JSON.stringify(table)} to look at. Name it as schema.table; a name with capitals needs double quotes: 'app."Ledger"'.`,
    );
  }
  const [schema, relation] = [row['nspname'] ?? '', row['relname'] ?? ''];
  const columns = await db.query(
    `SELECT a.attname, a.attnotnull, coalesce(b.typname, t.typname) AS type,
            EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS in_key
       FROM pg_catalog.pg_attribute a
       JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
       LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
      WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum`,
    [row['oid'] ?? ''],
  );
  return {
    name: displayName(schema, relation),
    relation: quoteQualified(schema, relation),
    columns: columns.map(({ attname, type, attnotnull }) => ({
      name: attname ?? '',
      type: type ?? '',
      notNull: attnotnull === 't',
    })),
    primaryKey: columns.filter((column) => column['in_key'] === 't').map(({ attname }) => attname ?? ''),
  };
}

async function lookUp(db: DatabaseHandle, place: string): ReturnType<DatabaseHandle['query']> {
  try {
    return await db.query(
      `SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
      [place],
    );
  } catch (error) {
    // A name that cannot be one: syntax, or too many parts.
    if (error instanceof DatabaseError && /^(42|0A)/.test(error.sqlstate ?? '')) return [];
    throw error;
  }
}
