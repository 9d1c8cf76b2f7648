import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';

/** The view shows the columns that a role may read, and no table that row security hides rows of. */
const HIDDEN = `CASE WHEN NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.row_security_active(c.oid)
  THEN 'This role may not see its statistics: GRANT SELECT, and BYPASSRLS where row security hides rows.' END AS unverified`;

/** Since CVE-2024-4317, the view of these shows them to the table's owner alone. */
const HIDDEN_FROM_OTHERS = `CASE WHEN NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
  THEN 'The data of statistics objects is shown to the owner of the table alone.' END AS unverified`;

/** Tables, partitioned tables, materialised views and foreign tables, with how many of their columns ANALYZE has looked at. Source: `pg_stats`. */
const relationKind: ObjectKind = {
  kind: 'relation',
  plural: 'tables with statistics',
  mixed: true,
  ofRelation: true,
  query: () => `
    SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
           n.nspname AS schema, c.relname AS relation, s.columns AS analysed, ${HIDDEN}
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN (SELECT schemaname, tablename, pg_catalog.count(DISTINCT attname) AS columns FROM pg_catalog.pg_stats GROUP BY 1, 2) s
        ON s.schemaname = n.nspname AND s.tablename = c.relname
     WHERE c.relkind IN ('r', 'p', 'm', 'f') AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
};

/** What CREATE STATISTICS made, and whether ANALYZE has filled it. Source: `pg_statistic_ext`, `pg_stats_ext`. */
const extendedKind: ObjectKind = {
  kind: 'statistics object',
  plural: 'statistics objects with data',
  ofRelation: true,
  namedInSchema: true,
  query: () => `
    SELECT n.nspname AS schema, x.stxname AS name, t.nspname AS relation_schema, c.relname AS relation,
           CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_stats_ext e WHERE e.statistics_schemaname = n.nspname AND e.statistics_name = x.stxname)
             THEN '1' END AS analysed, ${HIDDEN_FROM_OTHERS}
      FROM pg_catalog.pg_statistic_ext x
      JOIN pg_catalog.pg_namespace n ON n.oid = x.stxnamespace
      JOIN pg_catalog.pg_class c ON c.oid = x.stxrelid
      JOIN pg_catalog.pg_namespace t ON t.oid = c.relnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
};

/** In the order in which they are reported. */
export const analysedKinds: readonly ObjectKind[] = [relationKind, extendedKind];
