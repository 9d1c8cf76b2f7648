import { few, ok, unknown } from './item.ts';
import { stumbling, type Judge } from './judge-context.ts';
import type { NeededRole } from './source-facts.ts';

/** Does the target have the roles that the restore will name? */
export const roles: Judge = (context) => {
  const { source, target, demands, method } = context;
  if (demands === null)
    return [unknown('roles', `Whether its restore names roles, the backup method ${method} does not say.`)];
  const isNamed = ({ as }: NeededRole): boolean =>
    as === 'owner' ? demands.owners : as === 'grantee' ? demands.privileges : true;
  const named = source.facts.roles.filter(isNamed);
  const missing = named.filter(({ role }) => target.facts.missingRoles.includes(role));
  if (missing.length === 0) {
    const count = new Set(named.map(({ role }) => role)).size;
    return [
      ok(
        'roles',
        count === 0
          ? 'The restore names no role.'
          : `The target has ${count === 1 ? 'the one role' : `all ${count} roles`} that it will name.`,
      ),
    ];
  }
  const names = [...new Set(missing.map(({ role }) => role))];
  const others = missing.some(({ as }) => as === 'policy' || as === 'mapping');
  const leaveOut = others
    ? ''
    : ', or add --no-owner and --no-acl to dumpArguments if owners and grants are not on trial';
  return [
    {
      id: 'roles',
      status: stumbling(context),
      message: `The target server lacks ${names.length === 1 ? 'a role' : `${names.length} roles`} that the restore names: ${few(missing.map(described))}.`,
      remedy:
        target.kind === 'sandbox'
          ? `A throwaway server has none: restore to one that does, by --target-server${leaveOut}.`
          : `Make them there, from pg_dumpall --roles-only of the source's server${leaveOut}.`,
    },
  ];
};

const WORDS = {
  owner: 'an owner',
  grantee: 'was granted something',
  policy: 'in a policy',
  mapping: 'in a user mapping',
};

function described({ role, as }: NeededRole): string {
  return `${role} (${WORDS[as]})`;
}
