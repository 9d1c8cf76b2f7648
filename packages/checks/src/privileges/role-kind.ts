import { differencesByCode } from '../catalogue/differences-by-code.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { privilegesFindings } from './findings.ts';

/**
 * The roles of the cluster, of which those are judged that something in the source belongs or was granted to. All are observed: which of the target's
 * roles matter is known by the source alone. Passwords are not read.
 *
 * Source: PostgreSQL manual, `pg_roles`, `pg_auth_members`, `pg_shdepend` (in which the first superuser, whose oid is 10, has no entries).
 */
export const roleKind: ObjectKind = {
  kind: 'role',
  plural: 'roles',
  uncompared: ['used'],
  query: () => `
    SELECT r.rolname AS name,
           CASE WHEN ${USED} THEN 'yes' END AS used,
           ${flag('r.rolsuper', 'superuser')}, ${flag('NOT r.rolinherit', 'noinherit')}, ${flag('r.rolcreaterole', 'createrole')},
           ${flag('r.rolcreatedb', 'createdb')}, ${flag('r.rolcanlogin', 'login')}, ${flag('r.rolreplication', 'replication')},
           ${flag('r.rolbypassrls', 'bypassrls')}, NULLIF(r.rolconnlimit, -1) AS "connection limit",
           NULLIF(r.rolvaliduntil, 'infinity') AS "valid until",
           ${members('m.member = r.oid', 'm.roleid')} AS "member of",
           ${members('m.roleid = r.oid', 'm.member')} AS members
      FROM pg_catalog.pg_roles r`,
  judgeMissing({ subject, facts }) {
    const { code, message } = privilegesFindings.roleMissing;
    return facts['used'] === undefined ? [] : [{ code, expected: 'there', actual: null, message: message(subject) }];
  },
  judgeUnexpected: () => [],
  judgePair(pair) {
    if (pair.before['used'] === undefined) return [];
    const { membershipDiffers, roleDiffers } = privilegesFindings;
    return differencesByCode(pair, (fact) =>
      fact === 'members' || fact === 'member of' ? membershipDiffers : roleDiffers,
    );
  },
};

function flag(condition: string, name: string): string {
  return `CASE WHEN ${condition} THEN 'yes' END AS ${name}`;
}

/**
 * Others' names, each with a star where it may hand the membership on. Taken from the catalogue as the snapshot has it: `pg_get_userbyid` knows
 * nothing of a role that was dropped since.
 */
function members(condition: string, other: string): string {
  return `(SELECT pg_catalog.string_agg(x.name, ', ' ORDER BY x.name COLLATE "C")
    FROM (SELECT pg_catalog.quote_ident(o.rolname) || CASE WHEN pg_catalog.bool_or(m.admin_option) THEN '*' ELSE '' END AS name
            FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles o ON o.oid = ${other} WHERE ${condition} GROUP BY o.rolname) x)`;
}

const USED = `r.oid IN (
    SELECT d.refobjid FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_database b ON b.datname = pg_catalog.current_database()
     WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
       AND (d.dbid = b.oid OR (d.dbid = 0 AND d.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND d.objid = b.oid)))`;
