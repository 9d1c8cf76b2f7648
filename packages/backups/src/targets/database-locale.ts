import type { Row, WritableConnection } from '@pgdrill/core';

/** How text is encoded and ordered in a database, as `pg_database` has it. */
export interface DatabaseLocale {
  readonly encoding: string;
  /** `libc`, `icu` or `builtin`. */
  readonly provider: string;
  readonly collate: string;
  readonly ctype: string;
  /** Of ICU or the built-in provider; null for libc. */
  readonly locale: string | null;
  readonly rules: string | null;
}

/** Reads the locale of the database that is connected to. Columns that came with versions 15 to 17 are null before. */
export async function readLocale(db: WritableConnection): Promise<DatabaseLocale> {
  const [row = {}] = await db.query(
    `SELECT pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datcollate::text AS collate, d.datctype::text AS ctype,
       j ->> 'datlocprovider' AS provider, coalesce(j ->> 'datlocale', j ->> 'daticulocale') AS locale, j ->> 'daticurules' AS rules
     FROM pg_catalog.pg_database AS d, pg_catalog.to_jsonb(d) AS j WHERE d.datname = pg_catalog.current_database()`,
  );
  const text = (name: keyof Row): string => row[name] ?? '';
  return {
    encoding: text('encoding'),
    provider: { i: 'icu', b: 'builtin' }[text('provider')] ?? 'libc',
    collate: text('collate'),
    ctype: text('ctype'),
    locale: row['locale'] ?? null,
    rules: row['rules'] ?? null,
  };
}

/** One way of making a database with that locale. */
export interface LocaleChoice {
  /** For CREATE DATABASE. */
  readonly options: string;
  /** What is lost by it; null when nothing is. */
  readonly loss: string | null;
}

/**
 * The ways to try, best first: the very same locale; its libc part alone; C, which goes with every encoding and exists on every server. The encoding
 * is always the source's: in another one, hashes over the server's own bytes would differ.
 *
 * @param versionNumber `server_version_num` of the target's server
 */
export function localeChoices(locale: DatabaseLocale, versionNumber: number): readonly LocaleChoice[] {
  const { encoding, provider, collate, ctype } = locale;
  const named = `${provider} ${locale.locale ?? collate}`;
  const libc = `ENCODING ${quote(encoding)} LC_COLLATE ${quote(collate)} LC_CTYPE ${quote(ctype)}`;
  const libcProvider = versionNumber >= 150_000 ? ' LOCALE_PROVIDER libc' : '';
  const c = {
    options: `ENCODING ${quote(encoding)} LC_COLLATE 'C' LC_CTYPE 'C'${libcProvider}`,
    loss: `the locale C, not ${named}`,
  };
  const plain = {
    options: `${libc}${libcProvider}`,
    loss: provider === 'libc' ? null : `the locale libc ${collate}, not ${named}`,
  };
  if (provider === 'libc' || locale.locale === null) return [plain, c];
  const key = provider === 'builtin' ? 'BUILTIN_LOCALE' : 'ICU_LOCALE';
  const rules = locale.rules === null ? '' : ` ICU_RULES ${quote(locale.rules)}`;
  return [
    { options: `${libc} LOCALE_PROVIDER ${provider} ${key} ${quote(locale.locale)}${rules}`, loss: null },
    plain,
    c,
  ];
}

/** SQLSTATEs by which a server says that it does not have such a locale: 42809 for a libc name, 42601 and 0A000 for an option or provider. */
export const unknownLocale: readonly string[] = ['42809', '22023', '0A000', '42601', '42704'];

/** A string constant that means the same whatever `standard_conforming_strings` is. */
export function quote(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
