import { stripVTControlCharacters } from 'node:util';
import { openSecret, secretPatterns } from '@pgdrill/core';

const MAX_LENGTH = 2000;
const hidden = '…';

/**
 * Where tools and servers quote column values: a row that did not fit, a value that could not be read. No report may hold them. Those that go by
 * punctuation alone work whatever language the server speaks; the labels DETAIL and CONTEXT are the tool's own, and English.
 */
const values: readonly (readonly [RegExp, string])[] = [
  [/(\bDETAIL: .*?=\().*/, `$1${hidden})`],
  [/(\bDETAIL: [^(=]*\()(?!.*=\().*/, `$1${hidden})`],
  [/(\bCONTEXT: [^"]*: ").*/, `$1${hidden}"`],
  [/(: ")(?:.*"\.?|[^"]*)$/, `$1${hidden}"`],
  [/(\b(?:value|time zone|Token) ")(?:.*"|[^"]*$)/, `$1${hidden}"`],
  [/(\bINSERT INTO .*?\bVALUES\b).*/i, `$1 ${hidden}`],
  // After a COPY that failed, psql takes rows for commands, and quotes them.
  [/^(LINE \d+: ).*/, `$1${hidden}`],
  [/(\bat or near ").*/, `$1${hidden}"`],
  [/^(psql:.*: column ").*(?=" does not exist)/, `$1${hidden}`],
  [/(: invalid command \\)(?!\.|(?:un)?restrict\b).*/, `$1${hidden}`],
];

/** One line of a tool's output, fit for a report. */
export interface Masked {
  readonly text: string;
  /** A column value was quoted here, or a secret began; if it holds line breaks, it goes on in the next lines. */
  readonly quotedValue: boolean;
}

/**
 * Takes out terminal control characters, column values and secrets, and bounds the length.
 *
 * @param secrets such as the connection's password: taken out wherever they stand
 */
export function mask(line: string, secrets: readonly string[]): Masked {
  const plain = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, hidden), withoutControls(line));
  const withoutValues = values.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), plain);
  const withoutSecrets = secretPatterns.reduce(
    (text, pattern) => text.replace(pattern, `$1${hidden}$2`),
    withoutValues,
  );
  const text = withoutSecrets.replace(openSecret, `$1${hidden}`);
  return {
    text: text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}${hidden}` : text,
    quotedValue: withoutValues !== plain || text !== withoutSecrets,
  };
}

function withoutControls(line: string): string {
  return stripVTControlCharacters(line)
    .replaceAll('\t', ' ')
    .replaceAll(/\p{Cc}/gu, '');
}
