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
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_depend tie
    WHERE tie.classid = 'pg_catalog.${catalogue}'::pg_catalog.regclass AND tie.objid = ${oid} AND tie.deptype = 'e')`;
}

/**
 * Neither of an extension nor made together with another object, as a range type's constructors are, and gone with it.
 *
 * @param catalogue such as `pg_proc`
 * @param oid an expression
 */
export function notOfAnother(catalogue: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_depend tie
    WHERE tie.classid = 'pg_catalog.${catalogue}'::pg_catalog.regclass AND tie.objid = ${oid} AND tie.deptype IN ('e', 'i'))`;
}

/**
 * Not made by initdb, of a catalogue whose objects lie in no schema. Source: PostgreSQL, `FirstNormalObjectId` in src/include/access/transam.h.
 *
 * @param oid an expression
 */
export function notBuiltIn(oid: string): string {
  return `${oid} >= 16384`;
}
