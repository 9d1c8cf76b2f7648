import { UsageError } from '../errors.ts';
import { isParameter, type Parameters } from './connection-parameters.ts';

/** `name = value`, `name='quoted value'`; in both forms a backslash takes the next character as it is. */
const pair =
  /\s*([^\s=]+)\s*(=)?\s*(?:'((?:[^'\\]|\\[\s\S])*)'|((?:[^\s'\\]|\\[\s\S])(?:[^\s\\]|\\[\s\S])*)?)(?=\s|$)/y;

/**
 * Takes a `host=localhost dbname='my data'` string apart. Source: PostgreSQL manual, "Keyword/Value Connection Strings".
 *
 * @throws UsageError naming a parameter, and quoting nothing: what cannot be read may be the rest of a password
 */
export function parseConnectionString(text: string): Parameters {
  const found: Record<string, string> = {};
  let last = 'its beginning';
  const end = text.trimEnd().length;
  pair.lastIndex = 0;
  while (pair.lastIndex < end) {
    const [matched, keyword = '', equals, quoted, plain = ''] = pair.exec(text) ?? [];
    const afterPassword = last === 'password' && !isParameter(keyword);
    if (matched === undefined || equals === undefined || afterPassword) {
      throw new UsageError(
        `The connection string cannot be read after ${last}. Write name=value pairs with spaces between them; ` +
          'put a value with spaces in single quotes, and a backslash before a quote or backslash in it.',
      );
    }
    found[keyword] = (quoted ?? plain).replaceAll(/\\([\s\S])/g, '$1');
    last = keyword;
  }
  return found;
}
