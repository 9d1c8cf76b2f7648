import { commentOn } from '../catalogue/comment-on.ts';

/**
 * SQL for what was noted about an object, as the facts `comment` and `security label`.
 *
 * @param catalogue such as `pg_class`
 * @param oid an expression
 * @param column an expression, for what was noted about a column
 */
export function notesOn(catalogue: string, oid: string, column = '0'): string {
  return `${commentOn(catalogue, oid, column)} AS comment,
    (SELECT pg_catalog.string_agg(labelled.provider || ': ' || labelled.label, ', ' ORDER BY labelled.provider) FROM pg_catalog.pg_seclabel labelled
      WHERE labelled.objoid = ${oid} AND labelled.classoid = 'pg_catalog.${catalogue}'::pg_catalog.regclass AND labelled.objsubid = ${column}) AS "security label"`;
}
