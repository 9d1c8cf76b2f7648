import type { DatabaseHandle, ServerFacts } from '../database/handle.ts';
import { libraryVersion, list, localeColumns, localeFacts } from './source-facts.ts';
import type { DatabaseLocaleFacts, SourceFacts } from './source-facts.ts';
import { OWN_TLS, tlsFacts, type TlsFacts } from './tls-facts.ts';

/** An extension as the target would install it. */
export interface AvailableExtension {
  readonly name: string;
  /** What CREATE EXTENSION installs: a dump names no version. */
  readonly version: string | null;
  /** May the role create it? */
  readonly allowed: boolean;
}

/** What preflight asks of the server that the backup is restored on. */
export interface TargetFacts {
  readonly role: string;
  readonly isSuperuser: boolean;
  readonly mayCreateDatabases: boolean;
  /** Of the database that is asked, for a target that is there already. */
  readonly mayCreateSchemas: boolean;
  /** True too where there is no schema `public`. */
  readonly mayCreateInPublic: boolean;
  readonly inRecovery: boolean;
  readonly locale: DatabaseLocaleFacts;
  /** Does the server list the source's locale among its own? */
  readonly knowsLocale: boolean;
  /** Of the library that orders text in the source by default, as the target's server has it; null as there. */
  readonly libraryVersion: string | null;
  /** Of those that the source has. */
  readonly missingRoles: readonly string[];
  readonly missingTablespaces: readonly string[];
  readonly extensions: readonly AvailableExtension[];
  /** As `shared_preload_libraries`; null where the role may not see it. */
  readonly preloaded: string | null;
  /** Where its files are; null where the role may not see it. */
  readonly dataDirectory: string | null;
  readonly tls: TlsFacts;
}

/** Asks the server in one query, for what the source has. */
export async function readTargetFacts(
  db: DatabaseHandle,
  server: ServerFacts,
  source: SourceFacts,
): Promise<TargetFacts> {
  const { roles, extensions, tablespaces, locale } = source;
  const [row = {}] = await db.query(targetQuery(server.versionNumber), [
    roles.map(({ role }) => role),
    extensions.map(({ name }) => name),
    tablespaces,
    { libc: 'c', icu: 'i', builtin: 'b' }[locale.provider],
    locale.name,
  ]);
  const yes = (name: string): boolean => row[name] === 't';
  return {
    role: row['role'] ?? '',
    isSuperuser: yes('is_superuser'),
    mayCreateDatabases: yes('may_create_databases'),
    mayCreateSchemas: yes('may_create_schemas'),
    mayCreateInPublic: yes('may_create_in_public'),
    inRecovery: yes('in_recovery'),
    locale: localeFacts(row),
    knowsLocale: yes('knows_locale'),
    libraryVersion: row['library_version'] ?? null,
    missingRoles: list(row['missing_roles']) as readonly string[],
    missingTablespaces: list(row['missing_tablespaces']) as readonly string[],
    extensions: list(row['extensions']) as readonly AvailableExtension[],
    preloaded: row['preloaded'] ?? null,
    dataDirectory: row['data_directory'] ?? null,
    tls: tlsFacts(row['tls']),
  };
}

/** Two spellings of one libc locale: `en_US.UTF-8` and `en_US.utf8`. */
const spelled = (text: string): string => `pg_catalog.replace(pg_catalog.lower(${text}), '-', '')`;

/** Null where the role may not see it. */
const setting = (name: string): string =>
  `CASE WHEN pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE') THEN pg_catalog.current_setting('${name}') END`;

/** The view over extensions reads files of the server, so it is only asked where the source has any. */
function targetQuery(versionNumber: number): string {
  return `
SELECT current_user::text AS role, r.rolsuper AS is_superuser, r.rolsuper OR r.rolcreatedb AS may_create_databases,
       pg_catalog.has_database_privilege(d.oid, 'CREATE') AS may_create_schemas,
       coalesce((SELECT pg_catalog.has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = 'public'), true)
         AS may_create_in_public,
       pg_catalog.pg_is_in_recovery() AS in_recovery, ${localeColumns(versionNumber)}, ${libraryVersion('$4::text', '$5::text')} AS library_version,
       (($4::text = 'c' AND $5::text IN ('C', 'POSIX')) OR ($4::text = 'b' AND ${String(versionNumber >= 170_000)})
         OR EXISTS (SELECT FROM pg_catalog.pg_collation WHERE collprovider::text = $4 AND (
           ($4 = 'i' AND ${String(versionNumber >= 150_000)}) OR ${spelled('collcollate::text')} = ${spelled('$5')}))) AS knows_locale,
       (SELECT pg_catalog.json_agg(DISTINCT name) FROM pg_catalog.unnest($1::text[]) AS name
         WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name)) AS missing_roles,
       (SELECT pg_catalog.json_agg(name) FROM pg_catalog.unnest($3::text[]) AS name
         WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_tablespace WHERE spcname = name)) AS missing_tablespaces,
       CASE WHEN pg_catalog.cardinality($2::text[]) > 0 THEN
         (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', a.name, 'version', a.default_version,
                   'allowed', r.rolsuper OR NOT v.superuser OR coalesce((pg_catalog.to_jsonb(v) ->> 'trusted')::boolean, false)))::text
            FROM pg_catalog.pg_available_extensions a
            LEFT JOIN pg_catalog.pg_available_extension_versions v ON v.name = a.name AND v.version = a.default_version
           WHERE a.name = ANY ($2)) END AS extensions,
       ${setting('shared_preload_libraries')} AS preloaded, ${setting('data_directory')} AS data_directory,
       ${OWN_TLS} AS tls
  FROM pg_catalog.pg_database d, pg_catalog.pg_roles r
 WHERE d.datname = pg_catalog.current_database() AND r.rolname = current_user`;
}
