import { displayName, quoteIdentifier, quoteQualified } from '@pgdrill/core';
import type { DatabaseHandle, Row } from '@pgdrill/core';
import type { NextValue } from './observation.ts';

/** What the sequence-fed keys of a database get next. */
export interface NextValues {
  readonly known: readonly NextValue[];
  /** As `table.column`: the role may not read the sequence, or not all rows of the table. */
  readonly unreadable: readonly string[];
}

/** So many are read by one query. */
const AT_ONCE = 200;

/**
 * Looks what every sequence gives next to the key that it feeds alone, and whether a row has that value already.
 *
 * `nextval` is not called: no ROLLBACK gives back the value that it takes. What it would return is in the sequence's own row.
 * Source: PostgreSQL manual, "CREATE SEQUENCE" and "pg_sequence".
 *
 * @param isLeftOut tables that are not looked at
 */
export async function readNextValues(db: DatabaseHandle, isLeftOut: (table: string) => boolean): Promise<NextValues> {
  const keys = (await db.query(KEYS)).filter((row) => !isLeftOut(tableOf(row)));
  const [readable, unreadable] = [keys.filter(isReadable), keys.filter((row) => !isReadable(row))];
  const known: NextValue[] = [];
  for (let from = 0; from < readable.length; from += AT_ONCE) {
    const chunk = readable.slice(from, from + AT_ONCE);
    const values = new Map((await db.query(chunk.map(valueSql).join(' UNION ALL '))).map((row) => [row['key'], row]));
    chunk.forEach((row, index) => {
      const value = values.get(`${index}`);
      if (value === undefined) return;
      known.push({
        table: tableOf(row),
        column: row['column'] ?? '',
        sequence: displayName(row['sequence_schema'] ?? '', row['sequence'] ?? ''),
        next: value['next'] ?? null,
        taken: value['taken'] === 't',
      });
    });
  }
  return { known, unreadable: unreadable.map((row) => `${tableOf(row)}.${displayName(row['column'] ?? '')}`) };
}

function tableOf(row: Row): string {
  return displayName(row['schema'] ?? '', row['relation'] ?? '');
}

function isReadable(row: Row): boolean {
  return row['readable'] === 't';
}

function valueSql(row: Row, index: number): string {
  const column = `t.${quoteIdentifier(row['column'] ?? '')}`;
  const table = quoteQualified(row['schema'] ?? '', row['relation'] ?? '');
  const sequence = quoteQualified(row['sequence_schema'] ?? '', row['sequence'] ?? '');
  const { increment, least, most, cycles } = row;
  const atEnd = cycles === 't' ? (increment?.startsWith('-') === true ? most : least) : 'NULL';
  // The sum may be more than a bigint holds.
  const next = `CASE WHEN NOT s.is_called THEN s.last_value
    WHEN s.last_value::pg_catalog.numeric + (${increment}) BETWEEN (${least}) AND (${most}) THEN s.last_value + (${increment}) ELSE (${atEnd})::pg_catalog.int8 END`;
  return `SELECT '${index}' AS key, v.next::pg_catalog.text AS next, EXISTS (SELECT FROM ${table} AS t WHERE ${column} = v.next) AS taken
    FROM (SELECT ${next} AS next FROM ${sequence} AS s) AS v`;
}

/** Columns that a sequence feeds by an identity or by a default of nothing but `nextval`, and that alone make up a unique key. */
const KEYS = `
WITH fed AS (
  SELECT d.adrelid AS relation, d.adnum AS number, p.refobjid AS sequence
    FROM pg_catalog.pg_attrdef d
    JOIN pg_catalog.pg_depend p ON p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid AND p.refclassid = 'pg_catalog.pg_class'::regclass
   WHERE pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\\(''.*''::regclass\\)(::\\w+)?$'
  UNION ALL
  SELECT p.refobjid, p.refobjsubid, p.objid
    FROM pg_catalog.pg_depend p
   WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.deptype = 'i' AND p.refobjsubid > 0
)
SELECT n.nspname AS schema, c.relname AS relation, a.attname AS column, sn.nspname AS sequence_schema, s.relname AS sequence,
       q.seqincrement AS increment, q.seqmin AS least, q.seqmax AS most, q.seqcycle AS cycles,
       pg_catalog.has_sequence_privilege(s.oid, 'SELECT') AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
         AND NOT pg_catalog.row_security_active(c.oid) AS readable
  FROM fed f
  JOIN pg_catalog.pg_class s ON s.oid = f.sequence AND s.relkind = 'S'
  JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
  JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
  JOIN pg_catalog.pg_class c ON c.oid = f.relation AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.number
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typname IN ('int2', 'int4', 'int8', 'numeric')
 WHERE EXISTS (SELECT FROM pg_catalog.pg_index i
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
                  AND i.indpred IS NULL AND i.indexprs IS NULL)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY 1, 2, 3`;
