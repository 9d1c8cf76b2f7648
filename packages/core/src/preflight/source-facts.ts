import type { DatabaseHandle, Row, ServerFacts } from '../database/handle.ts';
import { OWN_TLS, tlsFacts, type TlsFacts } from './tls-facts.ts';

/** A role that the restore of this database names. */
export interface NeededRole {
  readonly role: string;
  /** As what: it owns something, it was granted something, or a policy or a user mapping is for it. */
  readonly as: 'owner' | 'grantee' | 'policy' | 'mapping';
}

/** What preflight asks of the source. */
export interface SourceFacts {
  /** `pg_database_size`. */
  readonly bytes: number;
  readonly locale: DatabaseLocaleFacts;
  /** Of the library that orders text in it by default; null where none does, as in C, or where the server tells none (libc before PostgreSQL 13). */
  readonly libraryVersion: string | null;
  /** Collations in use whose recorded version is not the one that the library has now. */
  readonly staleCollations: readonly string[];
  readonly roles: readonly NeededRole[];
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  /** Those that relations of this database lie in, but for its default one. */
  readonly tablespaces: readonly string[];
  /** Schemas with objects of a user's. */
  readonly schemas: readonly string[];
  readonly inRecovery: boolean;
  /** Seconds for which a replica lets a query hold up its replay; -1 for ever, or where its primary waits for it (`hot_standby_feedback`). */
  readonly replayWaits: number;
  readonly tls: TlsFacts;
}

/** How text is ordered in a database by default. */
export interface DatabaseLocaleFacts {
  readonly provider: 'libc' | 'icu' | 'builtin';
  /** Such as `en_US.UTF-8` or `en-US`. */
  readonly name: string;
  /** The version of the library when the database was made, and now; null before PostgreSQL 15, and where it has none. */
  readonly recorded: string | null;
  readonly actual: string | null;
}

/** Asks the source, in one query. */
export async function readSourceFacts(db: DatabaseHandle, server: ServerFacts): Promise<SourceFacts> {
  const [row = {}] = await db.query(sourceQuery(server.versionNumber));
  return {
    bytes: Number(row['bytes']),
    locale: localeFacts(row),
    libraryVersion: row['library_version'] ?? null,
    staleCollations: list(row['stale_collations']) as readonly string[],
    roles: list(row['roles']) as readonly NeededRole[],
    extensions: list(row['extensions']) as SourceFacts['extensions'],
    tablespaces: list(row['tablespaces']) as readonly string[],
    schemas: list(row['schemas']) as readonly string[],
    inRecovery: row['in_recovery'] === 't',
    replayWaits: Number(row['replay_waits']),
    tls: tlsFacts(row['tls']),
  };
}

/** Columns of a query over `pg_database` as `d`, for `localeFacts`. */
export function localeColumns(versionNumber: number): string {
  const actual = versionNumber >= 150_000 ? 'pg_catalog.pg_database_collation_actual_version(d.oid)' : 'NULL::text';
  return `d.datcollate::text AS collate, pg_catalog.to_jsonb(d) ->> 'datlocprovider' AS provider,
       coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') AS locale,
       pg_catalog.to_jsonb(d) ->> 'datcollversion' AS recorded, ${actual} AS actual`;
}

/** All collations of one library share its version, so any one that has a version tells it. Asking ICU takes some milliseconds. */
export function libraryVersion(provider: string, name: string): string {
  return `(SELECT pg_catalog.pg_collation_actual_version(oid) FROM pg_catalog.pg_collation
         WHERE collprovider::text = ${provider} AND NOT (${provider} = 'c' AND ${name} IN ('C', 'POSIX')) AND collversion IS NOT NULL LIMIT 1)`;
}

export function localeFacts(row: Row): DatabaseLocaleFacts {
  const provider = ({ i: 'icu', b: 'builtin' } as const)[row['provider'] ?? ''] ?? 'libc';
  const name = (provider === 'libc' ? row['collate'] : row['locale']) ?? '';
  return { provider, name, recorded: row['recorded'] ?? null, actual: row['actual'] ?? null };
}

/** What `json_agg` gave; nothing when there was no row. */
export function list(text: string | null | undefined): readonly unknown[] {
  return JSON.parse(text ?? '[]') as unknown[];
}

const FIRST_USER_OID = 16384;
const IS_USER_SCHEMA = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`;
const isMember = (catalogue: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend m WHERE m.classid = ${catalogue} AND m.objid = ${oid} AND m.deptype = 'e')`;

/** Objects of the role that initdb made are not in pg_shdepend, since that role cannot be dropped. */
const OF_INITIAL_ROLE = ['class.rel', 'proc.pro']
  .map((each) => each.split('.') as [string, string])
  .map(
    ([catalogue, prefix]) => `
    SELECT FROM pg_catalog.pg_${catalogue} o JOIN pg_catalog.pg_namespace n ON n.oid = o.${prefix}namespace
     WHERE o.${prefix}owner = 10 AND ${IS_USER_SCHEMA} AND o.oid >= ${FIRST_USER_OID}
       AND NOT ${isMember(`'pg_catalog.pg_${catalogue}'::regclass`, 'o.oid')}`,
  )
  .join(' UNION ALL ');

/** What pg_dump names roles for. Source: PostgreSQL manual, `pg_shdepend`; extensions have owners too, but a dump does not set them. */
const ROLES = `
  SELECT DISTINCT r.rolname::text AS role,
         CASE WHEN s.classid = 'pg_catalog.pg_user_mapping'::regclass THEN 'mapping' WHEN s.deptype = 'r' THEN 'policy'
              WHEN s.deptype = 'o' AND s.classid <> 'pg_catalog.pg_default_acl'::regclass THEN 'owner' ELSE 'grantee' END AS as
    FROM pg_catalog.pg_shdepend s
    JOIN pg_catalog.pg_database d ON d.oid = s.dbid AND d.datname = pg_catalog.current_database()
    JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid
   WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.deptype IN ('o', 'a', 'r')
     AND s.classid <> 'pg_catalog.pg_extension'::regclass AND NOT ${isMember('s.classid', 's.objid')}
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_class t
                      WHERE s.classid = 'pg_catalog.pg_class'::regclass AND t.oid = s.objid AND t.relpersistence = 't')
  UNION SELECT rolname::text, 'owner' FROM pg_catalog.pg_roles WHERE oid = 10 AND EXISTS (${OF_INITIAL_ROLE})`;

function sourceQuery(versionNumber: number): string {
  return `
WITH used AS MATERIALIZED (
  SELECT DISTINCT attcollation AS oid FROM pg_catalog.pg_attribute
   WHERE attrelid >= ${FIRST_USER_OID} AND attcollation NOT IN (0, 100)
), needed AS (${ROLES})
SELECT pg_catalog.pg_database_size(d.oid) AS bytes, ${localeColumns(versionNumber)}, ${libraryVersion('p.provider', 'd.datcollate')} AS library_version,
       (SELECT pg_catalog.json_agg(c.collname ORDER BY c.collname) FROM used JOIN pg_catalog.pg_collation c USING (oid)
         WHERE c.collversion <> pg_catalog.pg_collation_actual_version(c.oid)) AS stale_collations,
       (SELECT pg_catalog.json_agg(needed ORDER BY needed) FROM needed) AS roles,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', extname, 'version', extversion) ORDER BY extname)
          FROM pg_catalog.pg_extension WHERE oid >= ${FIRST_USER_OID}) AS extensions,
       (SELECT pg_catalog.json_agg(DISTINCT t.spcname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
         WHERE c.oid >= ${FIRST_USER_OID} AND c.relkind IN ('r', 'p', 'm', 'i', 'I') AND c.relpersistence <> 't') AS tablespaces,
       (SELECT pg_catalog.json_agg(DISTINCT n.nspname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE ${IS_USER_SCHEMA} AND NOT ${isMember(`'pg_catalog.pg_class'::regclass`, 'c.oid')}) AS schemas,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       CASE WHEN pg_catalog.pg_is_in_recovery() THEN
         (SELECT CASE WHEN pg_catalog.current_setting('hot_standby_feedback')::boolean OR setting::int < 0 THEN -1 ELSE setting::int / 1000 END
            FROM pg_catalog.pg_settings WHERE name = 'max_standby_streaming_delay') END::text AS replay_waits,
       ${OWN_TLS} AS tls
  FROM pg_catalog.pg_database d
 CROSS JOIN LATERAL (SELECT coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') AS provider OFFSET 0) p
 WHERE d.datname = pg_catalog.current_database()`;
}
