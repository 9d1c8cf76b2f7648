/** Conditions that leave out what is PostgreSQL's own, or an extension's. Source: PostgreSQL manual, "System Catalogs". */

/** Of a schema `n`: a user's own. Temporary tables and TOAST lie in schemas whose names begin with `pg_` as well, which users may not make. */
export const USER_SCHEMAS = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`;

/**
 * Not made by CREATE EXTENSION, which makes it anew in a restore.
 *
 * @param catalogue such as `pg_class`
 * @param oid an expression
 */
export function notOfExtension(catalogue: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
    WHERE e.classid = 'pg_catalog.${catalogue}'::pg_catalog.regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
}
