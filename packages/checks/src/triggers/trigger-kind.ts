import { commentOn } from '../catalogue/comment-on.ts';
import { firing } from '../catalogue/firing.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { judgeCopy } from './judge-copy.ts';
import { judgeFiring } from './judge-firing.ts';

/**
 * Triggers of tables, views and foreign tables. Partitions have copies of their parent's triggers: what the parent's is says it for them, and only a
 * copy that fires in other sessions is an object of its own.
 */
export const triggerKind: ObjectKind = {
  kind: 'trigger',
  plural: 'triggers',
  ofRelation: true,
  query: (version) => `
    SELECT n.nspname AS schema, c.relname AS relation, t.tgname AS name, pg_catalog.pg_get_triggerdef(t.oid) AS definition,
           ${firing('t.tgenabled')} AS fires, ${commentOn('pg_trigger', 't.oid')} AS comment,
           ${version < COPIES_KNOWN ? 'NULL' : `CASE WHEN p.oid IS NOT NULL THEN 'yes' END`} AS copy
      FROM pg_catalog.pg_trigger t
      JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      ${version < COPIES_KNOWN ? '' : OTHERWISE_THAN_PARENT}
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_trigger', 't.oid')} AND ${notOfExtension('pg_class', 'c.oid')}
       AND ${version < COPIES_KNOWN ? 'NOT t.tgisinternal' : '(p.oid IS NOT NULL OR t.tgparentid = 0 AND NOT t.tgisinternal)'}`,
  uncompared: ['copy'],
  judgePair: judgeFiring,
  judgeMissing: (object) => judgeCopy(object, 'before'),
  judgeUnexpected: (object) => judgeCopy(object, 'after'),
};

/** Since PostgreSQL 13 the catalogue says of which trigger one is a copy; up to 14, copies count as internal. */
const COPIES_KNOWN = 130_000;
const OTHERWISE_THAN_PARENT =
  'LEFT JOIN pg_catalog.pg_trigger p ON p.oid = t.tgparentid AND p.tgenabled <> t.tgenabled AND NOT p.tgisinternal';
