import { UsageError } from '../errors.ts';

/** A pattern as regular expressions of PostgreSQL, each anchored at both ends. */
export interface NamePattern {
  /** Null where the pattern names no schema: it then finds what the search path shows. */
  readonly schema: string | null;
  readonly relation: string;
}

/**
 * Turns a pattern of `pg_dump --table` into the regular expressions that `pg_dump` makes of it: `*` and `?` as in a shell, a dot between schema and
 * table, letters folded to lower case; what stands in double quotes is taken as it is, and all else is left to the regular expression.
 *
 * Source: PostgreSQL, `patternToSQLRegex` in `src/fe_utils/string_utils.c`; its manual, "psql", section "Patterns". Only ASCII letters are folded, as
 * by `pg_dump` under the locale C, in which it is run here.
 *
 * @throws UsageError for a quote that is not closed, and for a database's name before the schema's
 */
export function parseNamePattern(pattern: string): NamePattern {
  const parts = [''];
  let quoted = false;
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const next = characters[index + 1];
    if (character === '"' && quoted && next === '"') {
      parts.push(`${parts.pop() ?? ''}"`);
      index += 1;
    } else if (character === '"') quoted = !quoted;
    else if (character === '.' && !quoted) parts.push('');
    else parts.push((parts.pop() ?? '') + (quoted ? literal(character) : loose(character, next)));
  }
  if (quoted)
    throw new UsageError(`The pattern ${JSON.stringify(pattern)} has a double quote that is not closed. Close it.`);
  if (parts.length > 2) {
    throw new UsageError(
      `The pattern ${JSON.stringify(pattern)} has ${parts.length} parts; it can name a schema and a table. Leave the database out, and put a name that holds a dot in double quotes.`,
    );
  }
  const [relation = '', schema = null] = parts.toReversed();
  return { schema: schema === null ? null : anchored(schema), relation: anchored(relation) };
}

function anchored(expression: string): string {
  return `^(${expression})$`;
}

function literal(character: string): string {
  return /[|*+?()[\]{}.^$\\]/.test(character) ? `\\${character}` : character;
}

function loose(character: string, next: string | undefined): string {
  if (/[A-Z]/.test(character)) return character.toLowerCase();
  if (character === '*') return '.*';
  if (character === '?') return '.';
  // A dollar may be in a name, and [] is more likely an array's type than the start of a set.
  return character === '$' || (character === '[' && next === ']') ? `\\${character}` : character;
}
