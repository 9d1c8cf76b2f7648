/** A function's name as it is in the catalogue; `schema` is null where the text leaves it to the search_path. */
export interface CalledName {
  readonly schema: string | null;
  readonly name: string;
}

/** The names in a text of SQL or PL/pgSQL that stand before a parenthesis: all functions that it calls, and some more. */
export function calledNames(text: string): readonly CalledName[] {
  const names = new Map<string, CalledName>();
  for (const [written, schema, name = ''] of text.matchAll(CALL)) {
    names.set(written, { schema: schema === undefined ? null : folded(schema), name: folded(name) });
  }
  return [...names.values()];
}

const NAME = String.raw`("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`;
const CALL = new RegExp(String.raw`(?:${NAME}\s*\.\s*)?${NAME}\s*\(`, 'gu');

/** As PostgreSQL reads an identifier: to lower case unless it is quoted. */
function folded(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}
