import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { named, otherCollation, yes } from './sql-parts.ts';

/** Composite, enum, range and base types, and domains. Arrays, multiranges and the row types of tables come with what they are of. */
export const typeKind: ObjectKind = schemaKind({
  kind: 'type',
  plural: 'types and domains',
  mixed: true,
  query: () => `
    SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END AS kind, n.nspname AS schema, t.typname AS name,
           CASE t.typtype WHEN 'c' THEN 'composite' WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' WHEN 'b' THEN 'base' END AS form,
           CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS "base type",
           CASE t.typtype WHEN 'd' THEN pg_catalog.pg_get_expr(t.typdefaultbin, 0) WHEN 'b' THEN t.typdefault END AS "default",
           ${yes('t.typnotnull')} AS "not null",
           CASE WHEN t.typtype = 'd' THEN ${otherCollation('t.typcollation', 'e.typcollation')} END AS collation,
           (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname)
              FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS constraints,
           (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
              FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid) AS labels,
           CASE WHEN t.typtype = 'c' THEN
             (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod),
                       ${otherCollation('a.attcollation', 'b.typcollation')}), ', ' ORDER BY a.attnum)
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type b ON b.oid = a.atttypid
               WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END AS attributes,
           CASE WHEN t.typtype = 'r' THEN
             pg_catalog.concat_ws(', ', pg_catalog.format_type(r.rngsubtype, NULL), o.opcname, ${otherCollation('r.rngcollation', '0')},
               ${named('regproc', 'r.rngcanonical')}, ${named('regproc', 'r.rngsubdiff')}) END AS range,
           CASE WHEN t.typtype = 'b' THEN
             pg_catalog.concat_ws(', ', t.typinput::text, t.typoutput::text, ${named('regproc', 't.typreceive')}, ${named('regproc', 't.typsend')},
               ${named('regproc', 't.typmodin')}, ${named('regproc', 't.typmodout')}, 'length ' || t.typlen::text, 'align ' || t.typalign::text, 'storage ' || t.typstorage::text,
               'category ' || t.typcategory::text, 'delimiter ' || t.typdelim::text, CASE WHEN t.typispreferred THEN 'preferred' END, CASE WHEN t.typbyval THEN 'by value' END,
               'element ' || ${named('regtype', 't.typelem')}) END AS definition,
           ${notesOn('pg_type', 't.oid')}
      FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
      LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typbasetype
      LEFT JOIN pg_catalog.pg_type of ON of.typarray = t.oid
      LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
      LEFT JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
     WHERE t.typtype IN ('b', 'c', 'd', 'e', 'r') AND t.typisdefined AND of.oid IS NULL AND (t.typtype <> 'c' OR c.relkind = 'c')
       AND ${USER_SCHEMAS} AND ${notOfExtension('pg_type', 't.oid')}`,
});
