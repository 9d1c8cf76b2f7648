import { firing } from '../catalogue/firing.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notBuiltIn, notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { named, yes } from './sql-parts.ts';

/** As `server_version_num`: a target of its own for statistics of several columns. */
const STATISTICS_TARGET = 130_000;

/** What CREATE STATISTICS made, of tables that are in the backup. */
export const statisticsKind: ObjectKind = schemaKind({
  kind: 'statistics object',
  plural: 'statistics objects',
  ofRelation: true,
  namedInSchema: true,
  query: (version) => `
    SELECT n.nspname AS schema, s.stxname AS name, cn.nspname AS relation_schema, c.relname AS relation,
           pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
           ${version < STATISTICS_TARGET ? 'NULL' : 'CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END'} AS target,
           ${notesOn('pg_statistic_ext', 's.oid')}
      FROM pg_catalog.pg_statistic_ext s
      JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
      JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
      JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_statistic_ext', 's.oid')}`,
});

/** Event triggers. */
export const eventTriggerKind: ObjectKind = schemaKind({
  kind: 'event trigger',
  plural: 'event triggers',
  query: () => `
    SELECT e.evtname AS name, e.evtevent AS event, e.evtfoid::pg_catalog.regproc::text AS function, ${firing('e.evtenabled')} AS fires,
           (SELECT pg_catalog.string_agg(t.tag, ', ' ORDER BY t.tag) FROM pg_catalog.unnest(e.evttags) AS t (tag)) AS tags,
           ${notesOn('pg_event_trigger', 'e.oid')}
      FROM pg_catalog.pg_event_trigger e WHERE ${notOfExtension('pg_event_trigger', 'e.oid')}`,
});

/** Languages, access methods and transforms. */
export const languageKind: ObjectKind = schemaKind({
  kind: 'language',
  plural: 'languages, access methods and transforms',
  mixed: true,
  query: () => `
    SELECT 'language' AS kind, l.lanname AS name, NULL AS arguments,
           pg_catalog.concat_ws(', ', ${named('regproc', 'l.lanplcallfoid')}, ${named('regproc', 'l.laninline')}, ${named('regproc', 'l.lanvalidator')}) AS functions,
           ${yes('l.lanpltrusted')} AS trusted, ${notesOn('pg_language', 'l.oid')}
      FROM pg_catalog.pg_language l WHERE l.lanispl AND ${notBuiltIn('l.oid')} AND ${notOfExtension('pg_language', 'l.oid')}
     UNION ALL
    SELECT 'access method', m.amname, NULL, CASE m.amtype WHEN 't' THEN 'table: ' ELSE 'index: ' END || m.amhandler::text, NULL, ${notesOn('pg_am', 'm.oid')}
      FROM pg_catalog.pg_am m WHERE ${notBuiltIn('m.oid')} AND ${notOfExtension('pg_am', 'm.oid')}
     UNION ALL
    SELECT 'transform', NULL, 'for ' || pg_catalog.format_type(t.trftype, NULL) || ' in ' || l.lanname,
           pg_catalog.concat_ws(', ', ${named('regprocedure', 't.trffromsql')}, ${named('regprocedure', 't.trftosql')}), NULL, ${notesOn('pg_transform', 't.oid')}
      FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang WHERE ${notOfExtension('pg_transform', 't.oid')}`,
});
