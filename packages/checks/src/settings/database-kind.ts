import { differencesByCode } from '../catalogue/differences-by-code.ts';
import type { FactsFinding } from '../catalogue/differences-by-code.ts';
import { changedGrants, grantColumns, grantsDifference } from '../catalogue/grants.ts';
import type { Facts, ObjectKind } from '../catalogue/object-kind.ts';
import { collationDifferences } from './collation-kind.ts';
import { settingsFindings } from './findings.ts';

/** The comments that nobody would miss: initdb's own on the database `postgres`, and the one by which a database is known as pgdrill's. */
const COMMENT_OF_NOBODY = `~ '^(default administrative connection database$|[{]"tool":"pgdrill",)'`;

/**
 * The database that is connected to. Its name is no fact: a drill restores under another.
 *
 * Source: PostgreSQL manual, `pg_database`; the provider is newer than 14, ICU's rules than 15, and the locale is named after ICU in 15 and 16.
 */
export const databaseKind: ObjectKind = {
  kind: 'database',
  plural: 'database',
  uncompared: ['acl', 'default acl', 'recorded version', 'actual version'],
  query: (version) => `
    SELECT pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collate, d.datctype AS ctype,
           ${version >= 150_000 ? `CASE d.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' ELSE 'builtin' END` : `'libc'`} AS "locale provider",
           ${version >= 170_000 ? 'd.datlocale' : version >= 150_000 ? 'd.daticulocale' : 'NULL'} AS locale,
           ${version >= 160_000 ? 'd.daticurules' : 'NULL'} AS "ICU rules",
           ${version >= 150_000 ? 'd.datcollversion' : 'NULL'} AS "recorded version",
           ${version >= 150_000 ? 'pg_catalog.pg_database_collation_actual_version(d.oid)' : versionOfSameLocale} AS "actual version",
           pg_catalog.pg_get_userbyid(d.datdba) AS owner, s.spcname AS tablespace,
           NULLIF(d.datconnlimit, -1) AS "connection limit", CASE WHEN d.datistemplate THEN 'yes' END AS template,
           CASE WHEN NOT pg_catalog.shobj_description(d.oid, 'pg_database') ${COMMENT_OF_NOBODY}
                THEN pg_catalog.shobj_description(d.oid, 'pg_database') END AS comment,
           ${grantColumns('d.datacl', 'd', 'd.datdba')}
      FROM pg_catalog.pg_database d
      LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = d.dattablespace
     WHERE d.datname = pg_catalog.current_database()`,
  judgePair(pair) {
    const { acl } = settingsFindings;
    const same = { ...pair, before: withPlainNames(pair.before), after: withPlainNames(pair.after) };
    return [
      ...differencesByCode(same, (fact) => CODES[fact] ?? settingsFindings.database),
      ...collationDifferences({ ...pair, subject: 'default collation of the database' }),
      ...grantsDifference(pair.subject, changedGrants(pair.before, pair.after), acl),
    ];
  },
};

/** Before 15 the database's own version is not told: that of a collation of the same locale is. */
const versionOfSameLocale = `(SELECT pg_catalog.pg_collation_actual_version(c.oid) FROM pg_catalog.pg_collation c
  WHERE c.collprovider = 'c' AND c.collcollate = d.datcollate LIMIT 1)`;

const CODES: Readonly<Record<string, FactsFinding>> = {
  encoding: settingsFindings.locale,
  collate: settingsFindings.locale,
  ctype: settingsFindings.locale,
  'locale provider': settingsFindings.locale,
  locale: settingsFindings.locale,
  'ICU rules': settingsFindings.locale,
  owner: settingsFindings.owner,
  tablespace: settingsFindings.tablespace,
  comment: settingsFindings.comment,
};

/** The operating system takes `en_US.utf8` and `en_US.UTF-8` for the same. */
function withPlainNames(facts: Facts): Facts {
  const plain = (name = ''): string => name.replace(/\.(.*)$/, (codeset) => codeset.toLowerCase().replaceAll('-', ''));
  return { ...facts, collate: plain(facts['collate']), ctype: plain(facts['ctype']) };
}
