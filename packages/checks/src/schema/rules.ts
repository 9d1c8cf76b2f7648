import { firing } from '../catalogue/firing.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';

/** Rewrite rules; the one that makes a view is told as the view's definition. */
export const ruleKind: ObjectKind = schemaKind({
  kind: 'rule',
  plural: 'rules',
  ofRelation: true,
  query: () => `
    SELECT n.nspname AS schema, c.relname AS relation, r.rulename AS name, pg_catalog.pg_get_ruledef(r.oid) AS definition,
           ${firing('r.ev_enabled')} AS fires, ${notesOn('pg_rewrite', 'r.oid')}
      FROM pg_catalog.pg_rewrite r
      JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE r.rulename <> '_RETURN' AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')} AND ${notOfExtension('pg_rewrite', 'r.oid')}`,
});
