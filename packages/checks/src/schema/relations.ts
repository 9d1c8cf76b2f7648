import { differingFacts } from '../catalogue/differences-by-code.ts';
import type { Difference, ObjectKind, ObjectPair } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { schemaFindings } from './findings.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { hashedOptions, named, parameters } from './sql-parts.ts';

/** Tables, views, materialised views and foreign tables, apart from their columns. */
export const relationKind: ObjectKind = schemaKind({
  kind: 'relation',
  plural: 'tables and views',
  isRelation: true,
  mixed: true,
  query: () => `
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
           n.nspname AS schema, c.relname AS relation,
           CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
           CASE WHEN c.relpersistence = 'u' THEN 'unlogged' END AS persistence,
           CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS "partitioned by",
           CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS "partition bound",
           CASE WHEN c.relkind IN ('r', 'p', 'f') THEN
             (SELECT pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
           END AS parents,
           ${parameters('c.reloptions')} AS options, ${parameters('o.reloptions')} AS "toast options",
           CASE WHEN m.amname <> 'heap' THEN m.amname END AS "access method",
           CASE WHEN c.relkind IN ('r', 'p') THEN CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'an index' END
           END AS "replica identity",
           ${named('regtype', 'c.reloftype')} AS "of type",
           CASE WHEN c.relkind IN ('r', 'p', 'f') AND (c.relispartition OR NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)) THEN
             (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
           END::text AS "column order",
           v.srvname AS server, ${hashedOptions('f.ftoptions')} AS "foreign options",
           ${notesOn('pg_class', 'c.oid')}
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_class o ON o.oid = c.reltoastrelid
      LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
      LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
      LEFT JOIN pg_catalog.pg_foreign_server v ON v.oid = f.ftserver
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  judgePair: judgeRelation,
});

/** A column that is gone or new is said of the column: only the order of those on both sides counts. */
function judgeRelation(pair: ObjectPair): readonly Difference[] {
  const [had, has] = [columns(pair.before['column order']), columns(pair.after['column order'])];
  if (had === null || has === null) return differingFacts(pair, schemaFindings);
  const common = (own: readonly string[], other: readonly string[]): string =>
    JSON.stringify(own.filter((name) => other.includes(name)));
  return differingFacts(
    {
      ...pair,
      before: { ...pair.before, 'column order': common(had, has) },
      after: { ...pair.after, 'column order': common(has, had) },
    },
    schemaFindings,
  );
}

/** Null for a table whose order is not compared, or too long to be kept: an heir's columns come in another order from a dump, if its parent got some later. */
function columns(order: string | undefined): readonly string[] | null {
  return order?.startsWith('[') === true ? (JSON.parse(order) as string[]) : null;
}
