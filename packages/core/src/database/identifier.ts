/**
 * Quotes one identifier for SQL. Always quoted, so that no keyword list of any version matters.
 *
 * @throws TypeError on a NUL character, which PostgreSQL cannot hold
 */
export function quoteIdentifier(name: string): string {
  if (name.includes('\0'))
    throw new TypeError(`The identifier ${JSON.stringify(name)} holds a NUL character, which PostgreSQL cannot store.`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"schema"."relation"`, for SQL. */
export function quoteQualified(schema: string, relation: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`;
}

/** The name that people and reports use: parts joined by dots, each quoted only where it is not a plain lower-case name. */
export function displayName(...parts: readonly string[]): string {
  return parts.map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : quoteIdentifier(part))).join('.');
}
