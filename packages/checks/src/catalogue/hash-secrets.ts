import { createHash } from 'node:crypto';
import { SECRET_NAME, secretPatterns } from '@pgdrill/core';

/**
 * Puts a hash in the place of each string that is a secret, or holds one, in SQL as the catalogue tells it: no report may have the password in the
 * connection string of a view over dblink, or the key in a default that encrypts. Whether it is still the same one can be told all the same.
 *
 * @param isSecret every string in it is one
 */
export function hashSecrets(sql: string, isSecret = false): string {
  if (!sql.includes("'")) return sql;
  const areSecrets = isSecret || TAKES_SECRETS.test(sql);
  return sql.replace(QUOTED, (quoted, string: string | undefined, offset: number) => {
    const behind = sql.slice(offset + quoted.length, offset + quoted.length + LOOKED_AT);
    if (string === undefined || string === '' || NAMES_OBJECT.test(behind)) return quoted;
    return areSecrets || isNamedSecret(sql, offset, behind) || holdsSecret(string)
      ? `'SHA-256 ${createHash('sha256').update(string).digest('hex').slice(0, 16)}'`
      : quoted;
  });
}

/** Is the name of a column one of a secret? */
export function isSecretName(name: string): boolean {
  return NAME.test(name);
}

const NAME = new RegExp(String.raw`(?<![A-Za-z0-9])${SECRET_NAME}$`, 'i');

/** A name, which is left alone whatever it holds, or a string; quotes inside either are doubled. */
const QUOTED = /"(?:[^"]|"")*"|(?:\bE)?'((?:[^']|'')*)'/g;

/** Functions of pgcrypto and of others that are given a key or a password. */
const TAKES_SECRETS =
  /\b(?:pgp_(?:sym|pub)_(?:en|de)crypt(?:_bytea)?|hmac|crypt|(?:en|de)crypt(?:_iv)?|create_secret)\(/;

/** What may stand behind a name or a string: `::character varying(20)`, and the end of a call. */
const CAST = String.raw`(?:::[\w ."]{1,63}(?:\(\d+(?:,\d+)?\))?(?:\[\])?)?`;
/**
 * `(token)::text = `, `password => `, `p_password text DEFAULT `, `current_setting('app.secret'::text) = `,
 * `set_config('app.key'::text, `: a setting of PostgreSQL's own has no dot in its name.
 */
const BEFORE = new RegExp(
  String.raw`\b${SECRET_NAME}(?:'?\)*${CAST}(?:, (?:true|false))?\)*\s*(?:=|=>|:=|<>)\s*\(*|\s+[\w ."[\]]{1,63}\s+DEFAULT\s+)$|\bset_config\(E?'[^'.]*\.[^']*'${CAST},\s*$`,
  'i',
);
/** `'api_key'::text, `, of those functions that are given names and values in turn. */
const BEFORE_IN_PAIRS = new RegExp(String.raw`'[^']{0,63}\b${SECRET_NAME}'${CAST},\s*$`, 'i');
const HAS_PAIRS = /\b(?:jsonb?_build_object|http_header)\(/;
/** `'...'::text AS api_key`, `'...'::text = (token)::text`. */
const BEHIND = new RegExp(
  String.raw`^(?:${CAST}\)*){1,2}(?: AS |\s*(?:=|<>)\s*\(*(?:\w{1,63}\.)?)"?${SECRET_NAME}(?!\w)`,
  'i',
);
/** The name of a sequence, a function or the like. */
const NAMES_OBJECT = /^::reg[a-z]+\b/;
const LOOKED_AT = 200;

function isNamedSecret(sql: string, offset: number, behind: string): boolean {
  const before = sql.slice(Math.max(0, offset - LOOKED_AT), offset);
  return BEFORE.test(before) || (HAS_PAIRS.test(sql) && BEFORE_IN_PAIRS.test(before)) || BEHIND.test(behind);
}

function holdsSecret(string: string): boolean {
  const value = string.replaceAll("''", "'");
  return secretPatterns.some((pattern) => value.search(pattern) >= 0);
}
