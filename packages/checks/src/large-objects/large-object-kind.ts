import { differencesByCode } from '../catalogue/differences-by-code.ts';
import { changedGrants, grantColumns, grantsDifference } from '../catalogue/grants.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { withComments } from '../catalogue/with-notes.ts';
import { digestRows } from './digest-rows.ts';
import { largeObjectsFindings } from './findings.ts';

/** Large objects, by their oid, which `pg_dump` keeps. Source: PostgreSQL manual, "Large Objects", `pg_largeobject_metadata`. */
export const largeObjectKind: ObjectKind = withComments(
  {
    kind: 'large object',
    plural: 'large objects',
    mixed: true,
    uncompared: ['acl', 'default acl'],
    query: () => `
    SELECT 'large object ' || m.oid AS kind, pg_catalog.pg_get_userbyid(m.lomowner) AS owner, ${grantColumns('m.lomacl', 'L', 'm.lomowner')},
           pg_catalog.obj_description(m.oid, 'pg_largeobject') AS comment
      FROM pg_catalog.pg_largeobject_metadata m`,
    complete: digestRows,
    judgePair(pair) {
      const { differs, owner, acl } = largeObjectsFindings;
      return [
        ...differencesByCode(pair, (fact) => (fact === 'owner' ? owner : differs)),
        ...grantsDifference(pair.subject, changedGrants(pair.before, pair.after), acl),
      ];
    },
  },
  largeObjectsFindings,
);
