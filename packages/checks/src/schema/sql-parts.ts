/** SQL for options, each with its value as a hash, since that may be a password. */
export function hashedOptions(options: string): string {
  const hash = `pg_catalog.encode(pg_catalog.sha256(pg_catalog.textsend(pg_catalog.substr(o.option, pg_catalog.strpos(o.option, '=') + 1))), 'hex')`;
  return `CASE WHEN ${options} IS NOT NULL THEN
    (SELECT pg_catalog.string_agg(pg_catalog.split_part(o.option, '=', 1) || '=SHA-256 ' || pg_catalog.left(${hash}, 16), ', ' ORDER BY o.option)
       FROM pg_catalog.unnest(${options}) AS o (option)) END`;
}

/** SQL for storage parameters, in an order that is not that in which they were given. */
export function parameters(options: string): string {
  return `CASE WHEN ${options} IS NOT NULL THEN
    (SELECT pg_catalog.string_agg(o.option, ', ' ORDER BY o.option) FROM pg_catalog.unnest(${options}) AS o (option)) END`;
}

/** SQL for "yes", or null where the condition does not hold. */
export function yes(condition: string): string {
  return `CASE WHEN ${condition} THEN 'yes' END`;
}

/** SQL for the name of a function, operator or the like by its oid; null for none. The pinned search_path is empty, so that schemas are written. */
export function named(type: 'regprocedure' | 'regproc' | 'regoperator' | 'regclass' | 'regtype', oid: string): string {
  return `NULLIF(${oid}::pg_catalog.oid, 0)::pg_catalog.${type}::text`;
}

/** SQL for a collation's name by its oid, where it is another than the type's. */
export function otherCollation(collation: string, ofType: string): string {
  return `CASE WHEN ${collation} <> ${ofType} THEN
    (SELECT pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
       FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace WHERE l.oid = ${collation}) END`;
}
