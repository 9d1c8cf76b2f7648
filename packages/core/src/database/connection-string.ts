import { UsageError } from '../errors.ts';
import type { Parameters } from './connection-parameters.ts';

/**
 * Takes a `host=localhost dbname='my data'` string apart. Source: PostgreSQL manual, "Keyword/Value Connection Strings".
 *
 * @throws UsageError naming the parameter, never quoting a value, for it may be a password
 */
export function parseConnectionString(text: string): Parameters {
  const found: Record<string, string> = {};
  const pair =
    /\s*([^\s=]+)\s*(=?)\s*(?:'((?:[^'\\]|\\[\s\S])*)'|((?:[^\s'\\]|\\[\s\S])(?:[^\s\\]|\\[\s\S])*)?)(?=\s|$)/y;
  const end = text.trimEnd().length;
  while (pair.lastIndex < end) {
    const start = pair.lastIndex;
    const [matched, keyword = '', equals, quoted, plain = ''] = pair.exec(text) ?? [];
    if (matched === undefined) throw unreadable(text.slice(start));
    if (equals === '')
      throw new UsageError(
        `The connection string has no "=" after ${JSON.stringify(keyword)}. Write name=value pairs, parted by spaces.`,
      );
    found[keyword] = (quoted ?? plain).replaceAll(/\\([\s\S])/g, '$1');
  }
  return found;
}

function unreadable(rest: string): UsageError {
  const keyword = /^\s*([^\s=]+)/.exec(rest)?.[1] ?? '';
  return new UsageError(
    `The value of ${JSON.stringify(keyword)} in the connection string cannot be read. Close its quote, and write \\' for a quote within it.`,
  );
}
