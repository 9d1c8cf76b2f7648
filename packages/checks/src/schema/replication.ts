import { differingFacts } from '../catalogue/differences-by-code.ts';
import type { Difference, ObjectKind, ObjectPair } from '../catalogue/object-kind.ts';
import { notOfExtension } from '../catalogue/user-objects.ts';
import { schemaFindings } from './findings.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { yes } from './sql-parts.ts';

/** As `server_version_num`: partitions published as their root; rows and columns chosen, whole schemas; generated columns. */
const VIA_ROOT = 130_000;
const CHOSEN = 150_000;
const GENERATED = 180_000;

/** Publications. */
export const publicationKind: ObjectKind = schemaKind({
  kind: 'publication',
  plural: 'publications',
  query: (version) => `
    SELECT p.pubname AS name, ${yes('p.puballtables')} AS "all tables",
           pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
             CASE WHEN p.pubtruncate THEN 'truncate' END) AS publishes,
           (SELECT pg_catalog.string_agg(r.prrelid::pg_catalog.regclass::text${version < CHOSEN ? '' : ` || ${CHOSEN_PARTS}`}, ', ' ORDER BY r.prrelid::pg_catalog.regclass::text COLLATE "C")
              FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid) AS tables,
           ${
             version < CHOSEN
               ? 'NULL'
               : `(SELECT pg_catalog.string_agg(s.pnnspid::pg_catalog.regnamespace::text, ', ' ORDER BY s.pnnspid::pg_catalog.regnamespace::text COLLATE "C")
              FROM pg_catalog.pg_publication_namespace s WHERE s.pnpubid = p.oid)`
           } AS schemas,
           ${version < VIA_ROOT ? 'NULL' : yes('p.pubviaroot')} AS "via root", ${version < GENERATED ? 'NULL' : yes(`p.pubgencols = 's'`)} AS "generated columns",
           ${notesOn('pg_publication', 'p.oid')}
      FROM pg_catalog.pg_publication p WHERE ${notOfExtension('pg_publication', 'p.oid')}`,
});

const CHOSEN_PARTS = `coalesce(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '') || coalesce(' WHERE ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid), '')`;

/** Subscriptions of this database. Whom they connect to may hold a password, and is not read. */
export const subscriptionKind: ObjectKind = schemaKind({
  kind: 'subscription',
  plural: 'subscriptions',
  uncompared: ['enabled'],
  query: () => `
    SELECT s.subname AS name, CASE WHEN NOT s.subenabled THEN 'no' END AS enabled, s.subslotname AS slot,
           pg_catalog.array_to_string(s.subpublications, ', ') AS publications, ${notesOn('pg_subscription', 's.oid')}
      FROM pg_catalog.pg_subscription s
     WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`,
  judgePair: judgeSubscription,
});

function judgeSubscription(pair: ObjectPair): readonly Difference[] {
  const { code, message } = schemaFindings.subscriptionDisabled;
  const isDisabled = pair.before['enabled'] === undefined && pair.after['enabled'] !== undefined;
  return [
    ...(isDisabled
      ? [
          {
            code,
            severity: 'warning' as const,
            expected: 'enabled',
            actual: 'disabled',
            message: message(pair.subject),
          },
        ]
      : []),
    ...differingFacts(isDisabled ? pair : { ...pair, kind: { ...pair.kind, uncompared: NOTES } }, schemaFindings),
  ];
}

const NOTES = ['comment', 'security label'];
