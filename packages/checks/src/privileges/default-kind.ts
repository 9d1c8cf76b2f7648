import { changedRoles, grantsDifference, grantsOf, parsed } from '../catalogue/grants.ts';
import type { Difference, Facts, ObjectKind } from '../catalogue/object-kind.ts';
import { privilegesFindings } from './findings.ts';

/**
 * What `ALTER DEFAULT PRIVILEGES` says. Where there is no such entry for a role, PostgreSQL's own defaults hold; in a schema, nothing is added to them.
 *
 * Source: PostgreSQL manual, `pg_default_acl`.
 */
export const defaultKind: ObjectKind = {
  kind: 'default privileges',
  plural: 'default privileges',
  query: () => `
    SELECT pg_catalog.pg_get_userbyid(d.defaclrole) AS schema,
           CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END AS name,
           n.nspname AS arguments, ${grantsOf('d.defaclacl', 'd.defaclrole')} AS acl,
           CASE WHEN d.defaclnamespace = 0 THEN ${grantsOf(
             `pg_catalog.acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)`,
             'd.defaclrole',
           )} END AS "default acl"
      FROM pg_catalog.pg_default_acl d
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace`,
  judgePair: ({ subject, before, after, versions }) => judge(subject, before, after, versions),
  judgeMissing: ({ subject, facts, versions }) => judge(subject, facts, ordinary(facts), versions),
  judgeUnexpected: ({ subject, facts, versions }) => judge(subject, ordinary(facts), facts, versions),
};

function judge(
  subject: string,
  before: Facts,
  after: Facts,
  versions: { readonly before: number; readonly after: number },
): readonly Difference[] {
  const ignored = new Set(Math.min(versions.before, versions.after) < 170_000 ? ['MAINTAIN'] : []);
  const changed = changedRoles(parsed(before['acl']), parsed(after['acl']), ignored);
  return grantsDifference(subject, changed, privilegesFindings.defaultDiffers);
}

function ordinary(facts: Facts): Facts {
  const acl = facts['default acl'];
  return acl === undefined ? {} : { acl };
}
