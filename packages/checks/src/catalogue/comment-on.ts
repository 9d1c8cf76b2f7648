/**
 * SQL for the comment on an object, null where it has none.
 *
 * @param catalogue such as `pg_class`
 * @param oid an expression
 * @param column an expression, for the comment on a column
 */
export function commentOn(catalogue: string, oid: string, column = '0'): string {
  return `(SELECT noted.description FROM pg_catalog.pg_description noted
    WHERE noted.objoid = ${oid} AND noted.classoid = 'pg_catalog.${catalogue}'::pg_catalog.regclass AND noted.objsubid = ${column})`;
}
