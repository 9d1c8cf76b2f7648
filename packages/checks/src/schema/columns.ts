import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { hashedOptions, otherCollation, parameters, yes } from './sql-parts.ts';

/** As `server_version_num`: columns may be compressed by a method of their own; NOT NULL is a constraint, which may be NOT VALID. */
const COMPRESSION = 140_000;
const NOT_NULL_CONSTRAINTS = 180_000;

/** Columns of tables, views, materialised views and foreign tables. */
export const columnKind: ObjectKind = schemaKind({
  kind: 'column',
  plural: 'columns',
  ofRelation: true,
  query: (version) => `
    SELECT n.nspname AS schema, c.relname AS relation, a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
           ${otherCollation('a.attcollation', 't.typcollation')} AS collation,
           ${version < NOT_NULL_CONSTRAINTS ? yes('a.attnotnull') : `CASE WHEN k.oid IS NOT NULL THEN 'not validated' WHEN a.attnotnull THEN 'yes' END`} AS "not null",
           CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS "default",
           CASE a.attgenerated WHEN 's' THEN 'stored: ' WHEN 'v' THEN 'virtual: ' END || pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS generated,
           CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
           CASE WHEN a.attstorage <> t.typstorage
             THEN CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END AS storage,
           ${version < COMPRESSION ? 'NULL' : `CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END`} AS compression,
           CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS "statistics target",
           ${parameters('a.attoptions')} AS options, ${hashedOptions('a.attfdwoptions')} AS "foreign options",
           ${notesOn('pg_class', 'a.attrelid', 'a.attnum')}
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum${
        version < NOT_NULL_CONSTRAINTS
          ? ''
          : `
      LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated AND k.conkey = ARRAY[a.attnum]`
      }
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
});
