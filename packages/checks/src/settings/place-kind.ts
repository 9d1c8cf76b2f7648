import type { Difference, Facts, LoneObject, ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { settingsFindings } from './findings.ts';

/** Tables, materialised views and indexes in another tablespace than the database's own. Source: PostgreSQL manual, `pg_class.reltablespace`. */
export const placeKind: ObjectKind = {
  kind: 'tablespace',
  plural: 'tables and indexes in tablespaces of their own',
  mixed: true,
  ofRelation: true,
  namedInSchema: true,
  query: () => `
    SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END AS kind,
           n.nspname AS schema, t.relname AS relation, c.relname AS name, s.spcname AS tablespace
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
      LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
      JOIN pg_catalog.pg_class t ON t.oid = COALESCE(x.indrelid, c.oid)
     WHERE ${USER_SCHEMAS} AND c.relkind IN ('r', 'p', 'm', 'i', 'I') AND ${notOfExtension('pg_class', 't.oid')}`,
  judgePair: ({ subject, before, after }) =>
    before['tablespace'] === after['tablespace'] ? [] : [moved(subject, before, after)],
  judgeMissing: ({ subject, facts }: LoneObject) => [moved(subject, facts, {})],
  judgeUnexpected: ({ subject, facts }: LoneObject) => [moved(subject, {}, facts)],
};

function moved(subject: string, before: Facts, after: Facts): Difference {
  const { code, message } = settingsFindings.tablespace;
  const of = (side: Facts): string => side['tablespace'] ?? "the database's own";
  return { code, expected: of(before), actual: of(after), message: message(subject) };
}
