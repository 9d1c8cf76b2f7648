import { commentOn } from '../catalogue/comment-on.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { withComments } from '../catalogue/with-notes.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { rowSecurityFindings } from './findings.ts';

/** The policies of tables, whether or not row security is enabled there. */
export const policyKind: ObjectKind = withComments(
  {
    kind: 'policy',
    plural: 'policies',
    ofRelation: true,
    query: () => `
    SELECT n.nspname AS schema, c.relname AS relation, p.polname AS name,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
           CASE WHEN NOT p.polpermissive THEN 'yes' END AS restrictive,
           (SELECT pg_catalog.string_agg(CASE r.oid WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r.oid)::text) END, ', '
                                         ORDER BY pg_catalog.pg_get_userbyid(r.oid))
              FROM pg_catalog.unnest(p.polroles) AS r (oid)) AS roles,
           pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS "using",
           pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS "with check",
           ${commentOn('pg_policy', 'p.oid')} AS comment
      FROM pg_catalog.pg_policy p
      JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_policy', 'p.oid')} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  rowSecurityFindings,
);
