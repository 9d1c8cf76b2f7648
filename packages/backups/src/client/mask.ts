import { stripVTControlCharacters } from 'node:util';

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

/** A name that says that a secret follows, as `"app.jwt_secret"`, `private_key` or `X-Api-Key`. */
const NAME = String.raw`\w*(?:passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|private|auth|signing|encryption)[_-]?key)\w*"?`;
/** What stands between name and secret: `=`, `TO` of SET, `:` of JSON, or nothing before a quote. */
const BETWEEN = String.raw`(?:\s*=\s*|\s+TO\s+(?=E?['"])|\s*:\s*(?=['"])|\s+(?=E?'))`;
/** In quotes, in those that are doubled inside of other quotes, or bare. */
const SECRET = String.raw`(?:''(?:(?!'').)+''|E?'(?:[^']|'')*'|"[^"]*"|[^\s'",;)]+)`;

/** Secrets of user mappings, subscriptions, settings and web hooks, which a failed command is quoted with, and of connection strings. */
const credentials: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(\\b${NAME}${BETWEEN})${SECRET}`, 'gi'), `$1${hidden}`],
  [/(\b(?:bearer|authorization:\s*\w+)\s+)[^\s'",;)]+/gi, `$1${hidden}`],
  [/(:\/\/[^\s:/@]+:)[^\s@]+@/g, `$1${hidden}@`],
];

/** The beginning of a secret that goes on in the next line, as the key of a certificate does. */
const openSecret = new RegExp(`(\\b${NAME}${BETWEEN})(?:E?'|").*$`, 'i');

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
  const withoutValues = applied(values, plain);
  const withoutSecrets = applied(credentials, withoutValues);
  const text = withoutSecrets.replace(openSecret, `$1${hidden}`);
  return {
    text: text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}${hidden}` : text,
    quotedValue: withoutValues !== plain || text !== withoutSecrets,
  };
}

function applied(rules: readonly (readonly [RegExp, string])[], line: string): string {
  return rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

function withoutControls(line: string): string {
  return stripVTControlCharacters(line)
    .replaceAll('\t', ' ')
    .replaceAll(/\p{Cc}/gu, '');
}
