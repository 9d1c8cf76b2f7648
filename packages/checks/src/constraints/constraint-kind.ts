import { commentOn } from '../catalogue/comment-on.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { withComments } from '../catalogue/with-notes.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { judgeConstraint } from './judge-constraint.ts';
import { constraintsFindings } from './findings.ts';

/**
 * Check constraints, primary keys, unique constraints, exclusion constraints and foreign keys of tables. A partition's copy is told by its parent;
 * constraint triggers belong to the check `triggers`, and NOT NULL to its column, whether or not the version keeps a constraint for it.
 *
 * Source: PostgreSQL manual, "System Catalogs", `pg_constraint`; `pg_get_constraintdef` ends with NOT VALID where that is so.
 */
export const constraintKind: ObjectKind = withComments(
  {
    kind: 'constraint',
    plural: 'constraints',
    ofRelation: true,
    uncompared: ['validated', 'enforced'],
    query: () => `
    SELECT n.nspname AS schema, c.relname AS relation, k.conname AS name,
           pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', '') AS definition,
           CASE WHEN NOT k.convalidated THEN 'no' END AS validated,
           CASE WHEN off.constraint IS NOT NULL THEN 'no' END AS enforced,
           ${commentOn('pg_constraint', 'k.oid')} AS comment
      FROM pg_catalog.pg_constraint k
      JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN (SELECT DISTINCT tgconstraint AS constraint FROM pg_catalog.pg_trigger
                  WHERE tgisinternal AND tgconstraint <> 0 AND tgenabled = 'D') off ON off.constraint = k.oid
     WHERE k.contype IN ('c', 'p', 'u', 'x', 'f') AND k.conparentid = 0
       AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
    judgePair: judgeConstraint,
  },
  constraintsFindings,
);
