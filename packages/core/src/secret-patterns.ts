/** A name that says that a secret follows, as `"app.jwt_secret"`, `private_key` or `X-Api-Key`: source of a regular expression that ignores case. */
export const SECRET_NAME: string = String.raw`(?:\w*(?:passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|private|auth|signing|encryption)[_-]?key)\w*|(?:\w*_)?(?:pass|pwd))"?`;

/** What stands between name and secret: `=`, `TO` of SET, `:` of JSON, or nothing before a quote. */
const BETWEEN = String.raw`(?:\s*=\s*|\s+TO\s+(?=E?['"])|\s*:\s*(?=['"])|\s+(?=E?'))`;
/** Within a string, quotes are doubled. */
const STRING = String.raw`(?:''(?:(?!'').)+''|E?'(?:[^']|'')*')`;
/** In quotes or bare. */
const SECRET = String.raw`(?:${STRING}|"[^"]*"|[^\s'",;)]+)`;
/** A setting of an application's own, which has a dot in its name, and what stands before its value. */
const SET_CONFIG = String.raw`\bset_config\(\s*E?'{1,2}[^'.]{1,63}\.[^']{1,63}'{1,2}(?:::\w+)?,\s*`;

/**
 * Secrets of user mappings, subscriptions, settings, web hooks and connection strings, wherever commands and values are quoted. The first group is what
 * stands before the secret, the second what stands behind it. All are global: for `replace` and `search`, which begin at the beginning, and not for `test`.
 */
export const secretPatterns: readonly RegExp[] = [
  new RegExp(String.raw`(\b${SECRET_NAME}${BETWEEN})${SECRET}()`, 'gi'),
  /(\b(?:bearer|authorization"?\s*:\s*"?\w+)\s+)[^\s'",;)]+()/gi,
  /(:\/\/[^\s:/@]+:)[^\s@]+(@)/g,
  new RegExp(`(${SET_CONFIG})${STRING}()`, 'gi'),
  new RegExp(String.raw`(\b${SECRET_NAME}\s[^',;]{0,80}\bDEFAULT\s+\(*)${STRING}()`, 'gi'),
];

/** The beginning of a secret that goes on in the next line, as the key of a certificate does. */
export const openSecret: RegExp = new RegExp(String.raw`(\b${SECRET_NAME}${BETWEEN}|${SET_CONFIG})(?:E?'|").*$`, 'i');
