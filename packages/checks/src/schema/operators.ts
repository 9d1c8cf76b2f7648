import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfAnother, notBuiltIn, notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { named, yes } from './sql-parts.ts';

/** Operators; those that are only named, as a commutator that was never made, are left out. */
export const operatorKind: ObjectKind = schemaKind({
  kind: 'operator',
  plural: 'operators',
  query: () => `
    SELECT n.nspname AS schema, o.oprname AS name,
           pg_catalog.concat_ws(', ', coalesce(${named('regtype', 'o.oprleft')}, 'NONE'), coalesce(${named('regtype', 'o.oprright')}, 'NONE')) AS arguments,
           o.oprcode::pg_catalog.regprocedure::text AS function, ${named('regoperator', 'o.oprcom')} AS commutator,
           ${named('regoperator', 'o.oprnegate')} AS negator, ${named('regproc', 'o.oprrest')} AS restrict, ${named('regproc', 'o.oprjoin')} AS "join",
           ${yes('o.oprcanmerge')} AS merges, ${yes('o.oprcanhash')} AS hashes, ${notesOn('pg_operator', 'o.oid')}
      FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
     WHERE o.oprcode <> 0 AND ${USER_SCHEMAS} AND ${notOfExtension('pg_operator', 'o.oid')}`,
});

/** Operator classes, each with the access method in parentheses. */
export const operatorClassKind: ObjectKind = schemaKind({
  kind: 'operator class',
  plural: 'operator classes',
  query: () => `
    SELECT n.nspname AS schema, o.opcname AS name, m.amname AS arguments, pg_catalog.format_type(o.opcintype, NULL) AS type,
           ${yes('o.opcdefault')} AS "default", pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.opfname) AS family,
           ${named('regtype', 'o.opckeytype')} AS storage, ${notesOn('pg_opclass', 'o.oid')}
      FROM pg_catalog.pg_opclass o
      JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
      JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
      JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily
      JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_opclass', 'o.oid')}`,
});

/** Operator families, each with the operators and functions of its classes. */
export const operatorFamilyKind: ObjectKind = schemaKind({
  kind: 'operator family',
  plural: 'operator families',
  query: () => `
    SELECT n.nspname AS schema, f.opfname AS name, m.amname AS arguments,
           (SELECT pg_catalog.string_agg(o.amopstrategy || ' ' || o.amopopr::pg_catalog.regoperator::text || CASE o.amoppurpose WHEN 'o' THEN ' for order' ELSE '' END, ', '
                     ORDER BY o.amopstrategy, o.amopopr::pg_catalog.regoperator::text COLLATE "C")
              FROM pg_catalog.pg_amop o WHERE o.amopfamily = f.oid) AS operators,
           (SELECT pg_catalog.string_agg(p.amprocnum || ' ' || p.amproc::pg_catalog.regprocedure::text, ', '
                     ORDER BY p.amprocnum, p.amproc::pg_catalog.regprocedure::text COLLATE "C")
              FROM pg_catalog.pg_amproc p WHERE p.amprocfamily = f.oid) AS functions,
           ${notesOn('pg_opfamily', 'f.oid')}
      FROM pg_catalog.pg_opfamily f
      JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
      JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_opfamily', 'f.oid')}`,
});

/** Casts, named by their two types. A range type's to its multirange comes with the type. */
export const castKind: ObjectKind = schemaKind({
  kind: 'cast',
  plural: 'casts',
  query: () => `
    SELECT pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL) AS arguments,
           ${named('regprocedure', 'c.castfunc')} AS function, CASE c.castmethod WHEN 'i' THEN 'by text' WHEN 'b' THEN 'binary' END AS method,
           CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END AS context, ${notesOn('pg_cast', 'c.oid')}
      FROM pg_catalog.pg_cast c WHERE ${notBuiltIn('c.oid')} AND ${notOfAnother('pg_cast', 'c.oid')}`,
});
