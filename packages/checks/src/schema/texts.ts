import { differingFacts } from '../catalogue/differences-by-code.ts';
import type { Difference, ObjectKind, ObjectPair } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { schemaFindings } from './findings.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { named, yes } from './sql-parts.ts';

/** As `server_version_num`: an ICU locale has a column of its own, which has another name since 17; rules of one's own. */
const ICU_LOCALE = 150_000;
const RULES = 160_000;
const LOCALE = 170_000;

/** Collations. */
export const collationKind: ObjectKind = schemaKind({
  kind: 'collation',
  plural: 'collations',
  uncompared: ['version', 'actual version'],
  query: (version) => `
    SELECT n.nspname AS schema, l.collname AS name,
           CASE l.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE l.collprovider::text END AS provider,
           ${version < ICU_LOCALE ? 'l.collcollate' : `coalesce(${version < LOCALE ? 'l.colliculocale' : 'l.colllocale'}, l.collcollate)`} AS locale,
           CASE WHEN l.collprovider = 'c' AND l.collctype <> l.collcollate THEN l.collctype END AS ctype,
           ${version < RULES ? 'NULL' : 'l.collicurules'} AS rules, ${yes('NOT l.collisdeterministic')} AS nondeterministic,
           l.collversion AS version, NULLIF(pg_catalog.pg_collation_actual_version(l.oid), l.collversion) AS "actual version",
           ${notesOn('pg_collation', 'l.oid')}
      FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_collation', 'l.oid')}`,
  judgePair: judgeCollation,
  normalise: (fact, value) => (fact === 'locale' ? sameLocale(value) : value),
});

/** Since PostgreSQL 16 an ICU locale is kept as a BCP 47 tag (`de@collation=phonebook` becomes `de-u-co-phonebk`): the language alone is compared. */
function sameLocale(locale: string): string {
  return locale.replace(/(?:@|-u-).*$/, '');
}

function judgeCollation(pair: ObjectPair): readonly Difference[] {
  const { before, after, subject } = pair;
  const { collationOutdated, collationVersion } = schemaFindings;
  const [had, has] = [before['version'] ?? null, after['version'] ?? null];
  const actual = after['actual version'];
  const found: Difference[] = [];
  if (actual !== undefined && has !== null && before['actual version'] === undefined)
    found.push({ code: collationOutdated.code, expected: has, actual, message: collationOutdated.message(subject) });
  else if (had !== null && has !== null && had !== has)
    found.push({
      code: collationVersion.code,
      severity: 'notice',
      expected: had,
      actual: has,
      message: collationVersion.message(subject),
    });
  return [...found, ...differingFacts(pair, schemaFindings)];
}

/** Conversions between encodings. */
export const conversionKind: ObjectKind = schemaKind({
  kind: 'conversion',
  plural: 'conversions',
  query: () => `
    SELECT n.nspname AS schema, c.conname AS name, pg_catalog.pg_encoding_to_char(c.conforencoding) AS "from", pg_catalog.pg_encoding_to_char(c.contoencoding) AS "to",
           ${named('regproc', 'c.conproc')} AS function, ${yes('c.condefault')} AS "default", ${notesOn('pg_conversion', 'c.oid')}
      FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_conversion', 'c.oid')}`,
});

/** Text search configurations, each with the dictionaries for every kind of token. */
export const textSearchConfigurationKind: ObjectKind = schemaKind({
  kind: 'text search configuration',
  plural: 'text search configurations',
  query: () => `
    SELECT n.nspname AS schema, c.cfgname AS name, pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.prsname) AS parser,
           (SELECT pg_catalog.string_agg(k.alias || ': ' || m.dictionaries, '; ' ORDER BY k.alias COLLATE "C")
              FROM (SELECT maptokentype, pg_catalog.string_agg(mapdict::pg_catalog.regdictionary::text, ', ' ORDER BY mapseqno) AS dictionaries
                      FROM pg_catalog.pg_ts_config_map WHERE mapcfg = c.oid GROUP BY maptokentype) m
              JOIN pg_catalog.ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype) AS mappings,
           ${notesOn('pg_ts_config', 'c.oid')}
      FROM pg_catalog.pg_ts_config c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
      JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
      JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_ts_config', 'c.oid')}`,
});

/** Text search dictionaries. */
export const textSearchDictionaryKind: ObjectKind = schemaKind({
  kind: 'text search dictionary',
  plural: 'text search dictionaries',
  query: () => `
    SELECT n.nspname AS schema, d.dictname AS name, pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.tmplname) AS template,
           d.dictinitoption AS options, ${notesOn('pg_ts_dict', 'd.oid')}
      FROM pg_catalog.pg_ts_dict d
      JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
      JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
      JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_ts_dict', 'd.oid')}`,
});

/** Text search templates and parsers, which are made of functions. */
export const textSearchTemplateKind: ObjectKind = schemaKind({
  kind: 'text search template',
  plural: 'text search templates and parsers',
  mixed: true,
  query: () => `
    SELECT 'text search template' AS kind, n.nspname AS schema, t.tmplname AS name,
           pg_catalog.concat_ws(', ', ${named('regproc', 't.tmplinit')}, ${named('regproc', 't.tmpllexize')}) AS functions, ${notesOn('pg_ts_template', 't.oid')}
      FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_ts_template', 't.oid')}
     UNION ALL
    SELECT 'text search parser', n.nspname, p.prsname,
           pg_catalog.concat_ws(', ', ${['prsstart', 'prstoken', 'prsend', 'prsheadline', 'prslextype'].map((name) => named('regproc', `p.${name}`)).join(', ')}),
           ${notesOn('pg_ts_parser', 'p.oid')}
      FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_ts_parser', 'p.oid')}`,
});
