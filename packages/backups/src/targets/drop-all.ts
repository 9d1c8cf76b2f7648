import { quoteIdentifier, type WritableConnection } from '@pgdrill/core';
import { quote } from './database-locale.ts';
import { firstUserOid, isSystemSchema } from './user-objects.ts';

/** How to empty a database. */
export interface DropPlan {
  /** In the order in which they are run. */
  readonly drops: readonly string[];
  /** Statements that make `public` again, as it was: a dump takes it for granted. None where there was no such schema. */
  readonly publicSchema: readonly string[];
}

/** Longer than any statement of a client, shorter than a person's patience. */
const LOCK_TIMEOUT = '30s';

const notMember = (catalog: string, alias: string): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = ${alias}.oid AND d.deptype = 'e')`;

/**
 * One DROP for everything that a dump would create again. First event triggers, which could forbid the rest; then what lives in no schema and would
 * survive its schema (publications, casts, extensions, foreign servers, languages, access methods); then the schemas; then large objects.
 */
const dropQuery = `
  SELECT 1 AS step, 'DROP EVENT TRIGGER ' || pg_catalog.quote_ident(evtname) AS statement FROM pg_catalog.pg_event_trigger AS o WHERE ${notMember('pg_event_trigger', 'o')}
  UNION ALL SELECT 2, 'DROP PUBLICATION ' || pg_catalog.quote_ident(pubname) FROM pg_catalog.pg_publication AS o WHERE ${notMember('pg_publication', 'o')}
  UNION ALL SELECT 3, 'DROP CAST (' || pg_catalog.format_type(castsource, NULL) || ' AS ' || pg_catalog.format_type(casttarget, NULL) || ') CASCADE'
    FROM pg_catalog.pg_cast AS o WHERE o.oid >= ${firstUserOid} AND ${notMember('pg_cast', 'o')}
  UNION ALL SELECT 4, 'DROP EXTENSION IF EXISTS ' || pg_catalog.quote_ident(extname) || ' CASCADE' FROM pg_catalog.pg_extension WHERE oid >= ${firstUserOid}
  UNION ALL SELECT 5, 'DROP SERVER IF EXISTS ' || pg_catalog.quote_ident(srvname) || ' CASCADE' FROM pg_catalog.pg_foreign_server AS o WHERE ${notMember('pg_foreign_server', 'o')}
  UNION ALL SELECT 6, 'DROP FOREIGN DATA WRAPPER IF EXISTS ' || pg_catalog.quote_ident(fdwname) || ' CASCADE' FROM pg_catalog.pg_foreign_data_wrapper AS o WHERE ${notMember('pg_foreign_data_wrapper', 'o')}
  UNION ALL SELECT 7, 'DROP LANGUAGE IF EXISTS ' || pg_catalog.quote_ident(lanname) || ' CASCADE' FROM pg_catalog.pg_language AS o WHERE o.oid >= ${firstUserOid} AND ${notMember('pg_language', 'o')}
  UNION ALL SELECT 8, 'DROP ACCESS METHOD IF EXISTS ' || pg_catalog.quote_ident(amname) || ' CASCADE' FROM pg_catalog.pg_am AS o WHERE o.oid >= ${firstUserOid} AND ${notMember('pg_am', 'o')}
  UNION ALL SELECT 9, 'DROP SCHEMA IF EXISTS ' || pg_catalog.quote_ident(nspname) || ' CASCADE' FROM pg_catalog.pg_namespace AS o WHERE NOT ${isSystemSchema} AND ${notMember('pg_namespace', 'o')}
  UNION ALL SELECT 10, 'SELECT pg_catalog.lo_unlink(' || oid::text || ')' FROM pg_catalog.pg_largeobject_metadata
  ORDER BY 1, 2`;

/** Reads what is to be dropped, and how `public` is now. */
export async function readDropPlan(db: WritableConnection): Promise<DropPlan> {
  // Types are named in full then.
  await db.query(`SELECT pg_catalog.set_config('search_path', '', false)`);
  const drops = await db.query(dropQuery);
  return { drops: drops.map(({ statement }) => statement ?? ''), publicSchema: await readPublicSchema(db) };
}

async function readPublicSchema(db: WritableConnection): Promise<readonly string[]> {
  const [schema] = await db.query(
    `SELECT pg_catalog.pg_get_userbyid(nspowner) AS owner, pg_catalog.obj_description(oid, 'pg_namespace') AS comment, (nspacl IS NOT NULL)::text AS has_acl
     FROM pg_catalog.pg_namespace WHERE nspname = 'public'`,
  );
  if (schema === undefined) return [];
  const owner = quoteIdentifier(schema['owner'] ?? '');
  const comment = schema['comment'] ?? null;
  return [
    `CREATE SCHEMA public AUTHORIZATION ${owner}`,
    ...(schema['has_acl'] === 'true' ? await readPrivileges(db, owner) : []),
    ...(comment === null ? [] : [`COMMENT ON SCHEMA public IS ${quote(comment)}`]),
  ];
}

async function readPrivileges(db: WritableConnection, owner: string): Promise<readonly string[]> {
  const grants = await db.query(
    `SELECT 'GRANT ' || a.privilege_type || ' ON SCHEMA public TO ' ||
       CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END ||
       CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS statement
     FROM pg_catalog.pg_namespace AS n, pg_catalog.aclexplode(n.nspacl) AS a WHERE n.nspname = 'public'`,
  );
  return [`REVOKE ALL ON SCHEMA public FROM ${owner}`, ...grants.map(({ statement }) => statement ?? '')];
}

/** One transaction: when a statement fails, or a lock cannot be had, nothing has changed. */
export function dropAllScript({ drops, publicSchema }: DropPlan): string {
  return [
    'BEGIN',
    `SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`,
    'SET LOCAL statement_timeout = 0',
    `SET LOCAL client_min_messages = 'warning'`,
    ...drops,
    ...publicSchema,
    'COMMIT',
  ]
    .map((statement) => `${statement};\n`)
    .join('');
}
