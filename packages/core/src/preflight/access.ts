import type { DatabaseHandle } from '../database/handle.ts';
import { displayName } from '../database/identifier.ts';

/** A relation that the role may not read. */
export interface ClosedRelation {
  readonly name: string;
  /** Where the role lacks USAGE on the schema, that schema; else null: it lacks SELECT on the relation. */
  readonly schema: string | null;
}

/** What the role of a session may read of its database. */
export interface Access {
  readonly role: string;
  readonly closed: readonly ClosedRelation[];
  /** Tables that the role may read, but whose row security would hide rows from it. */
  readonly hidden: readonly string[];
  /** Large objects that the role may not read. */
  readonly closedLargeObjects: number;
  readonly largeObjects: number;
}

/** Asks in one query what the role may read, of all that is dumped or compared. */
export async function readAccess(db: DatabaseHandle): Promise<Access> {
  const [row] = await db.query(ACCESS);
  const closed = JSON.parse(row?.['closed'] ?? '[]') as [string, string, boolean][];
  const hidden = JSON.parse(row?.['hidden'] ?? '[]') as [string, string][];
  return {
    role: row?.['role'] ?? '',
    closed: closed.map(([schema, relation, usage]) => ({
      name: displayName(schema, relation),
      schema: usage ? null : displayName(schema),
    })),
    hidden: hidden.map((parts) => displayName(...parts)),
    closedLargeObjects: Number(row?.['closed_large_objects'] ?? 0),
    largeObjects: Number(row?.['large_objects'] ?? 0),
  };
}

/**
 * Tables, sequences and materialised views outside the system schemas and extensions: pg_dump locks tables and reads sequences, the capture reads
 * materialised views too. With the pinned `row_security = off`, `row_security_active` is true where reading would fail.
 *
 * Source: PostgreSQL manual, "Row Security Policies", and the privileges under "Notes" of pg_dump.
 */
const ACCESS = `
WITH relation AS (
  SELECT c.oid, n.oid AS schema, n.nspname, c.relname, c.relrowsecurity
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'm', 'S') AND c.relpersistence <> 't'
     AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), judged AS (
  SELECT *, pg_catalog.has_schema_privilege(schema, 'USAGE') AS usage,
         pg_catalog.has_table_privilege(oid, 'SELECT') AS selects,
         relrowsecurity AND pg_catalog.row_security_active(oid) AS hides
    FROM relation
), large_object AS (
  SELECT pg_catalog.pg_has_role(l.lomowner, 'USAGE') OR pg_catalog.current_setting('lo_compat_privileges') = 'on' OR EXISTS (
           SELECT FROM pg_catalog.aclexplode(l.lomacl) a
            WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE'))) AS selects
    FROM pg_catalog.pg_largeobject_metadata l
)
SELECT current_user::text AS role,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(nspname, relname, usage) ORDER BY nspname, relname)
          FROM judged WHERE NOT (usage AND selects)) AS closed,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(nspname, relname) ORDER BY nspname, relname)
          FROM judged WHERE hides) AS hidden,
       (SELECT pg_catalog.count(*) FROM large_object WHERE NOT selects) AS closed_large_objects,
       (SELECT pg_catalog.count(*) FROM large_object) AS large_objects`;
