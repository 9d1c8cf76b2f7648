import { displayName } from './identifier.ts';
import type { DatabaseHandle, Row } from './handle.ts';
import type { Column, Table } from '../table.ts';

/**
 * Lists every ordinary table, leaf partition and materialised view outside the system schemas, with its columns.
 *
 * Tables that belong to an extension are among them: a dump carries their rows only where the extension marks them as configuration, and what a user put
 * into another one is lost.
 *
 * Source: PostgreSQL manual, chapter "System Catalogs", `pg_class`, `pg_attribute`, `pg_index`, `pg_depend`.
 */
export async function listTables(db: DatabaseHandle): Promise<readonly Table[]> {
  const relations = await db.query(RELATIONS);
  const columns = await columnsByTable(db);
  return relations.map((row) => toTable(row, columns.get(row['oid'] ?? '') ?? []));
}

/** By the table's oid. There may be a hundred thousand, most of them like a column of another table: each is kept once. */
async function columnsByTable(db: DatabaseHandle): Promise<ReadonlyMap<string, readonly Column[]>> {
  const byTable = new Map<string, Column[]>();
  const kept = new Map<string, Column>();
  await db.visit(COLUMNS, ({ oid, ...row }) => {
    const key = JSON.stringify(row);
    const column = kept.get(key) ?? toColumn(row);
    kept.set(key, column);
    const columns = byTable.get(oid ?? '');
    if (columns === undefined) byTable.set(oid ?? '', [column]);
    else columns.push(column);
  });
  return byTable;
}

function toTable(row: Row, columns: readonly Column[]): Table {
  const schema = row['nspname'] ?? '';
  const relation = row['relname'] ?? '';
  return {
    name: displayName(schema, relation),
    schema,
    relation,
    kind: row['relkind'] === 'm' ? 'matview' : row['relispartition'] === 't' ? 'partition' : 'table',
    persistence: row['relpersistence'] === 'u' ? 'unlogged' : 'permanent',
    ...rowsStayIn(row['rows_stay_in'] ?? null),
    ...(row['of_extension'] === 't' ? { ofExtension: true } : {}),
    populated: row['relispopulated'] === 't',
    columns,
    primaryKey: JSON.parse(row['primary_key'] ?? '[]') as string[],
    bytes: Number(row['bytes']),
  };
}

function rowsStayIn(within: string | null): Pick<Table, 'rowsStayIn'> {
  if (within === null) return {};
  const [schema, relation] = JSON.parse(within) as [string, string];
  return { rowsStayIn: { name: displayName(schema, relation), schema, relation } };
}

function toColumn(row: Row): Column {
  return {
    name: row['attname'] ?? '',
    type: row['type'] ?? '',
    baseType: row['base_type'] ?? '',
    builtIn: row['built_in'] === 't',
    domain: row['is_domain'] === 't',
    notNull: row['attnotnull'] === 't',
    generated: row['generated'] === 't',
  };
}

// Catalogue names are spelled with their schema, since the pinned search_path is empty and a user's schema must not stand in for pg_catalog.
/** FROM and WHERE of a query over every relation that holds a user's rows, as `c`, in the schema `n`. */
export const USER_RELATIONS: string = `
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm')
   AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'`;

/**
 * The outermost table above a partition that is divided by the hash of an enum. That is a hash of the label's oid, which is another in every database, so
 * `pg_dump` has such rows inserted into the outermost table, and they come to lie in whichever partition is theirs there.
 *
 * Source: PostgreSQL, `getPartitioningInfo` in `src/bin/pg_dump/pg_dump.c`.
 */
const ROWS_STAY_IN = `
  SELECT pg_catalog.json_build_array(pn.nspname, pc.relname)
    FROM pg_catalog.pg_partition_ancestors(c.oid) WITH ORDINALITY AS a(oid, height)
    JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = a.oid
    JOIN pg_catalog.pg_class pc ON pc.oid = a.oid
    JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
   WHERE p.partstrat = 'h'
     AND EXISTS (SELECT FROM pg_catalog.unnest(p.partclass::oid[]) AS k(oid) JOIN pg_catalog.pg_opclass o ON o.oid = k.oid
                  WHERE o.opcintype = 'pg_catalog.anyenum'::regtype)
   ORDER BY a.height DESC LIMIT 1`;

const RELATIONS = `
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition,
       c.relispopulated, c.relpersistence,
       pg_catalog.pg_relation_size(c.oid) AS bytes,
       EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') AS of_extension,
       CASE WHEN c.relispartition THEN (${ROWS_STAY_IN}) END AS rows_stay_in,
       (SELECT pg_catalog.json_agg(a.attname ORDER BY k.position)
          FROM pg_catalog.pg_index i
          CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, position)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
         WHERE i.indrelid = c.oid AND i.indisprimary) AS primary_key
${USER_RELATIONS}
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

const COLUMNS = `
WITH RECURSIVE base_type(oid, base) AS (
  SELECT t.oid, t.oid FROM pg_catalog.pg_type t WHERE t.typtype <> 'd'
  UNION ALL
  SELECT t.oid, b.base FROM pg_catalog.pg_type t JOIN base_type b ON t.typbasetype = b.oid WHERE t.typtype = 'd'
)
SELECT a.attrelid AS oid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       t.typname AS base_type, t.typnamespace = 'pg_catalog'::regnamespace AS built_in, a.atttypid <> b.base AS is_domain, a.attnotnull, a.attgenerated <> '' AS generated
  FROM pg_catalog.pg_attribute a
  JOIN base_type b ON b.oid = a.atttypid
  JOIN pg_catalog.pg_type t ON t.oid = b.base
 WHERE a.attnum > 0 AND NOT a.attisdropped
   AND a.attrelid IN (SELECT c.oid ${USER_RELATIONS})
 ORDER BY a.attrelid, a.attnum`;
