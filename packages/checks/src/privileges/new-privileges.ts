import { parsed } from '../catalogue/grants.ts';
import type { Facts, ObjectPair } from '../catalogue/object-kind.ts';

/**
 * Leaves out what PostgreSQL 15 changed by itself: the schema `public` belongs to `pg_database_owner`, and not everybody may create in it. A dump of a
 * server that leaves both as they were says nothing of them. Source: release notes of PostgreSQL 15, "Migration".
 */
export function withoutNewPrivileges({
  subject,
  before,
  after,
  versions,
}: ObjectPair): Pick<ObjectPair, 'before' | 'after'> {
  const crosses15 = versions.before >= 150_000 !== versions.after >= 150_000;
  const newer = versions.before > versions.after ? before : after;
  const isNew = crosses15 && subject === 'schema public' && newer['owner'] === 'pg_database_owner';
  return isNew ? { before: withoutBoth(before), after: withoutBoth(after) } : { before, after };
}

function withoutBoth({ owner: _owner, acl, ...rest }: Facts): Facts {
  const { PUBLIC = '', ...roles } = parsed(acl);
  const others = PUBLIC.split(', ').filter((privilege) => privilege !== 'CREATE');
  return { ...rest, acl: JSON.stringify({ ...roles, PUBLIC: others.join(', ') }) };
}
