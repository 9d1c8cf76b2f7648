import type { Difference, Facts } from './object-kind.ts';
import { ownValue } from './own-value.ts';

/** Who may do what with an object: by role, the privileges in the order of the alphabet, those that may be handed on with a star. */
export type Grants = Readonly<Record<string, string>>;

/**
 * SQL for the grants of an access control list, as the text of a JSON object; null for null. A list of none is one: then nobody may do anything,
 * where null stands for the default.
 *
 * The owner is `(owner)` whoever it is, so that what another owner may do by itself is no difference.
 *
 * @param acl an expression of type `aclitem[]`
 * @param owner an expression of the owner's oid
 */
export function grantsOf(acl: string, owner: string): string {
  return `CASE WHEN ${acl} IS NOT NULL THEN COALESCE((SELECT pg_catalog.json_object_agg(g.role, g.privileges ORDER BY g.role COLLATE "C")::text
     FROM (SELECT p.role, pg_catalog.string_agg(p.privilege, ', ' ORDER BY p.privilege COLLATE "C") AS privileges
             FROM (SELECT CASE x.grantee WHEN ${owner} THEN '(owner)' WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                          x.privilege_type || CASE WHEN pg_catalog.bool_or(x.is_grantable) THEN '*' ELSE '' END AS privilege
                     FROM pg_catalog.aclexplode(${acl}) x GROUP BY x.grantee, x.privilege_type) p
            GROUP BY p.role) g), '{}') END`;
}

/**
 * Two columns: the grants, and what they are by default. Both are null where nothing was ever granted or revoked, which is the default itself.
 *
 * @param kind of object, as `acldefault` has it: `r`, `s`, `d`, `f`, `l`, `L`, `n`, `p`, `t`, `F`, `S`, `T`
 */
export function grantColumns(acl: string, kind: string, owner: string): string {
  return `${grantsOf(acl, owner)} AS acl,
          CASE WHEN ${acl} IS NOT NULL THEN ${grantsOf(`pg_catalog.acldefault('${kind}', ${owner})`, owner)} END AS "default acl"`;
}

/** What each role may do more or less than before. */
export interface ChangedGrants {
  /** Both sides name the same roles: `none` where one may do nothing. */
  readonly expected: Grants;
  readonly actual: Grants;
  /** Such as `app lost SELECT and gained INSERT`. */
  readonly text: string;
}

/**
 * Compares two access control lists, as `grantColumns` gave them, role by role; null when every role may do the same.
 *
 * @param ignored privileges that one of the two servers does not have
 */
export function changedGrants(
  before: Facts,
  after: Facts,
  ignored: ReadonlySet<string> = new Set(),
): ChangedGrants | null {
  const ordinary = before['default acl'] ?? after['default acl'];
  return changedRoles(parsed(before['acl'] ?? ordinary), parsed(after['acl'] ?? ordinary), ignored);
}

/** As `changedGrants`, of lists that have no default. */
export function changedRoles(had: Grants, has: Grants, ignored: ReadonlySet<string>): ChangedGrants | null {
  const roles = [...new Set([...Object.keys(had), ...Object.keys(has)])].toSorted();
  const changes = roles.flatMap((role) => {
    const [were, are] = [privileges(ownValue(had, role), ignored), privileges(ownValue(has, role), ignored)];
    const lost = were.filter((privilege) => !are.includes(privilege));
    const gained = are.filter((privilege) => !were.includes(privilege));
    const words = [
      ...(lost.length > 0 ? [`lost ${lost.join(', ')}`] : []),
      ...(gained.length > 0 ? [`gained ${gained.join(', ')}`] : []),
    ];
    return words.length === 0 ? [] : [{ role, text: `${role} ${words.join(' and ')}` }];
  });
  if (changes.length === 0) return null;
  const of = (grants: Grants): Grants =>
    Object.fromEntries(changes.map(({ role }) => [role, ownValue(grants, role) || 'none']));
  return { expected: of(had), actual: of(has), text: changes.map(({ text }) => text).join('; ') };
}

/** A finding of what changed; none when nothing did. */
export function grantsDifference(
  subject: string,
  changed: ChangedGrants | null,
  { code, message }: { readonly code: string; message(subject: string, changes: string): string },
): readonly Difference[] {
  if (changed === null) return [];
  const { expected, actual, text } = changed;
  return [{ code, expected, actual, message: message(subject, text) }];
}

function privileges(text: string | undefined, ignored: ReadonlySet<string>): readonly string[] {
  return (text ?? '').split(', ').filter((privilege) => privilege !== '' && !ignored.has(privilege.replace('*', '')));
}

/** The grants as they were observed; a list so long that only its hash was kept is one role's, so that it can still be told from another. */
export function parsed(text: string | undefined): Grants {
  if (text === undefined) return {};
  return text.startsWith('{') ? (JSON.parse(text) as Grants) : { 'all roles': text };
}
