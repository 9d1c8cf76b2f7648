import { displayName } from '@pgdrill/core';
import type { DatabaseHandle, Row } from '@pgdrill/core';
import { hashParts } from './hash-parts.ts';
import type { Firing, Grants, Guard, RowSecurity, TableGuards } from './observation.ts';

/** What guards a chain's tables, and the functions that their triggers call, by oid. */
export interface GuardsOfTables {
  readonly tables: Readonly<Record<string, TableGuards>>;
  readonly triggerFunctions: readonly string[];
}

/** Reads from the catalogue what guards a table, given as SQL, and each of its partitions and heirs. */
export async function readTableGuards(db: DatabaseHandle, relation: string): Promise<GuardsOfTables> {
  const members = await db.query(MEMBERS, [relation]);
  const oids = [members.map(({ oid }) => oid ?? null)];
  const triggers = await db.query(TRIGGERS, oids);
  const rules = await db.query(RULES, oids);
  const policies = await db.query(POLICIES, oids);
  const grants = await db.query(GRANTS, oids);
  const tables = members.map((member): [string, TableGuards] => {
    const own = ({ relation: of }: Row): boolean => of === member['oid'];
    return [
      displayName(member['schema'] ?? '', member['name'] ?? ''),
      {
        triggers: Object.fromEntries(triggers.filter(own).map((row) => [row['name'] ?? '', triggerOf(row)])),
        rules: Object.fromEntries(rules.filter(own).map((row) => [row['name'] ?? '', ruleOf(row)])),
        grants: grantsOf(member, grants.filter(own)),
        rowSecurity: rowSecurityOf(member, policies.filter(own)),
      },
    ];
  });
  return { tables: Object.fromEntries(tables), triggerFunctions: triggers.map((row) => row['function'] ?? '') };
}

const MEMBERS = `
  WITH RECURSIVE member AS (
    SELECT $1::regclass::oid AS oid, 0 AS depth
    UNION SELECT i.inhrelid, m.depth + 1 FROM pg_inherits i JOIN member m ON i.inhparent = m.oid)
  SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
         c.relacl IS NULL AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) AS untouched,
         c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
    FROM (SELECT oid, min(depth) AS depth FROM member GROUP BY oid) m
    JOIN pg_class c ON c.oid = m.oid
    JOIN pg_namespace n ON n.oid = c.relnamespace
   ORDER BY m.depth, n.nspname, c.relname`;

/** A partition's copy of a trigger is "internal" up to PostgreSQL 14, as are those of foreign keys, which call functions of pg_catalog. */
const TRIGGERS = `
  SELECT t.tgrelid AS relation, t.tgname AS name, t.tgtype AS type, t.tgenabled AS firing, t.tgqual IS NOT NULL AS deparsed,
         t.tgfoid::regprocedure AS calls, t.tgfoid AS function, pg_get_triggerdef(t.oid) AS definition
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
   WHERE t.tgrelid = ANY ($1::text[]::oid[]) AND (NOT t.tgisinternal OR p.pronamespace <> 'pg_catalog'::regnamespace)
   ORDER BY t.tgname`;

const RULES = `
  SELECT ev_class AS relation, rulename AS name, ev_type AS type, ev_enabled AS firing, is_instead, pg_get_ruledef(oid) AS definition
    FROM pg_rewrite WHERE ev_class = ANY ($1::text[]::oid[]) AND rulename <> '_RETURN' ORDER BY rulename`;

const POLICIES = `
  SELECT p.polrelid AS relation, p.polname AS name, p.polcmd AS command, p.polpermissive AS permissive,
         (SELECT string_agg(pg_get_userbyid(r.oid), ',' ORDER BY pg_get_userbyid(r.oid)) FROM unnest(p.polroles) AS r (oid) WHERE r.oid <> 0) AS roles,
         pg_get_expr(p.polqual, p.polrelid) AS qual, pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
    FROM pg_policy p WHERE p.polrelid = ANY ($1::text[]::oid[]) ORDER BY p.polname`;

const GRANTS = `
  SELECT g.relation, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END AS role, g.privilege
    FROM (SELECT c.oid AS relation, a.grantee, a.privilege_type AS privilege, a.privilege_type AS kind
            FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
           UNION
          SELECT t.attrelid, a.grantee, format('%s (%I)', a.privilege_type, t.attname), a.privilege_type
            FROM pg_attribute t, aclexplode(t.attacl) a WHERE NOT t.attisdropped) g
   WHERE g.relation = ANY ($1::text[]::oid[]) AND g.kind IN ('UPDATE', 'DELETE', 'TRUNCATE', 'INSERT')
   ORDER BY role, g.privilege`;

const FIRING: Readonly<Record<string, Firing>> = { O: 'origin', A: 'always', R: 'replica', D: 'disabled' };

/** The bits of `pg_trigger.tgtype`. Source: PostgreSQL, src/include/catalog/pg_trigger.h. */
const EVENT_BITS = { INSERT: 4, UPDATE: 16, DELETE: 8, TRUNCATE: 32 } as const;

function triggerOf(row: Row): Guard {
  const type = Number(row['type']);
  const on = Object.entries(EVENT_BITS).flatMap(([event, bit]) => ((type & bit) === 0 ? [] : [event]));
  const when = (type & 2) === 0 ? 'AFTER' : 'BEFORE';
  const each = (type & 1) === 0 ? 'STATEMENT' : 'ROW';
  const does = `${when} ${on.join(' OR ')} FOR EACH ${each} EXECUTE ${row['calls']}`;
  return { ...guardOf(row), does, on, deparsed: row['deparsed'] === 't' };
}

/** The values of `pg_rewrite.ev_type`. Source: PostgreSQL, enum CmdType in src/include/nodes/nodes.h. */
const RULE_EVENTS: Readonly<Record<string, string>> = { 2: 'UPDATE', 3: 'INSERT', 4: 'DELETE' };

function ruleOf(row: Row): Guard {
  const event = RULE_EVENTS[row['type'] ?? ''] ?? 'SELECT';
  const does = `ON ${event} DO ${row['is_instead'] === 't' ? 'INSTEAD' : 'ALSO'}`;
  return { ...guardOf(row), does, on: [event], deparsed: true };
}

function guardOf({ firing, definition }: Row): Pick<Guard, 'firing' | 'definition'> {
  return { firing: FIRING[firing ?? ''] ?? 'disabled', definition: hashParts([definition]) };
}

function grantsOf(member: Row, rows: readonly Row[]): Grants {
  const roles = new Map<string, readonly string[]>();
  for (const { role, privilege } of rows) {
    roles.set(role ?? '', [...(roles.get(role ?? '') ?? []), privilege ?? '']);
  }
  return {
    owner: member['owner'] ?? '',
    untouched: member['untouched'] === 't',
    roles: Object.fromEntries(roles),
  };
}

function rowSecurityOf(member: Row, policies: readonly Row[]): RowSecurity {
  const definition = ({ command, permissive, roles, qual, with_check: check }: Row): string =>
    hashParts([command, permissive, roles, qual, check]);
  return {
    enabled: member['enabled'] === 't',
    forced: member['forced'] === 't',
    policies: Object.fromEntries(policies.map((row) => [row['name'] ?? '', definition(row)])),
  };
}
