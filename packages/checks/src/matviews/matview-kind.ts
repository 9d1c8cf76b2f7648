import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { matviewsFindings } from './findings.ts';

/** Materialised views, and whether they hold data. Source: PostgreSQL manual, `pg_class.relispopulated`. */
export const matviewKind: ObjectKind = {
  kind: 'materialized view',
  plural: 'materialized views',
  isRelation: true,
  query: () => `
    SELECT n.nspname AS schema, c.relname AS relation, CASE WHEN c.relispopulated THEN 'yes' END AS populated
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'm' AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  judgeMissing: () => [],
  judgeUnexpected: () => [],
  judgePair({ subject, before, after }) {
    const { code, message } = matviewsFindings.unpopulated;
    const isEmptied = before['populated'] !== undefined && after['populated'] === undefined;
    return isEmptied ? [{ code, expected: 'populated', actual: 'not populated', message: message(subject) }] : [];
  },
};
