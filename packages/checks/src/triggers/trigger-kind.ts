import { commentOn } from '../catalogue/comment-on.ts';
import { firing } from '../catalogue/firing.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { withComments } from '../catalogue/with-notes.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { judgeCopy } from './judge-copy.ts';
import { judgeFiring } from './judge-firing.ts';
import { triggersFindings } from './findings.ts';

/**
 * Triggers of tables, views and foreign tables. Partitions have copies of their parent's triggers: what the parent's is says it for them, and only a
 * copy that fires in other sessions is an object of its own.
 */
export const triggerKind: ObjectKind = withComments(
  {
    kind: 'trigger',
    plural: 'triggers',
    ofRelation: true,
    query: (version) => `
    SELECT n.nspname AS schema, c.relname AS relation, t.tgname AS name, ${DEFINITION} AS definition,
           ${ARGUMENTS} AS "argument values",
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
  },
  triggersFindings,
);

/** As `pg_get_triggerdef` writes it, the first time at the latest where the function and its arguments follow. */
const CALL = ' EXECUTE FUNCTION ';
const CALL_AT = `pg_catalog.strpos(pg_catalog.pg_get_triggerdef(t.oid), '${CALL}')`;

/** Arguments may hold secrets, such as the key of a web hook: they are kept as a hash, together with what stands before them. */
const DEFINITION = `CASE WHEN t.tgnargs = 0 THEN pg_catalog.pg_get_triggerdef(t.oid)
             ELSE pg_catalog.left(pg_catalog.pg_get_triggerdef(t.oid), ${CALL_AT} - 1) || '${CALL}' || t.tgfoid::pg_catalog.regproc::text || '(...)' END`;
const ARGUMENTS = `CASE WHEN t.tgnargs > 0
             THEN 'SHA-256 ' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.substr(pg_catalog.pg_get_triggerdef(t.oid), ${CALL_AT}), 'UTF8')), 'hex') END`;

/** Since PostgreSQL 13 the catalogue says of which trigger one is a copy; up to 14, copies count as internal. */
const COPIES_KNOWN = 130_000;
const OTHERWISE_THAN_PARENT =
  'LEFT JOIN pg_catalog.pg_trigger p ON p.oid = t.tgparentid AND p.tgenabled <> t.tgenabled AND NOT p.tgisinternal';
