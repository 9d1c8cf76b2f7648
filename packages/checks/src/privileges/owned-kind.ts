import { changedGrants, changedRoles, grantsDifference, parsed } from '../catalogue/grants.ts';
import type { Grants } from '../catalogue/grants.ts';
import type { Difference, Facts, ObjectKind, ObjectPair } from '../catalogue/object-kind.ts';
import { ownValue } from '../catalogue/own-value.ts';
import { privilegesFindings } from './findings.ts';
import { ownedObjects } from './owned-objects.ts';
import { withoutNewPrivileges } from './new-privileges.ts';

/** Everything that has an owner. What is not there on either side is said by the check of its kind. */
export const ownedKind: ObjectKind = {
  kind: 'object',
  plural: 'objects with an owner',
  mixed: true,
  ofRelation: true,
  namedInSchema: true,
  query: () => ownedObjects,
  judgeMissing: () => [],
  judgeUnexpected: () => [],
  judgePair(pair) {
    const { before, after } = withoutNewPrivileges(pair);
    const ignored = new Set(Math.min(pair.versions.before, pair.versions.after) < 170_000 ? ['MAINTAIN'] : []);
    return [
      ...judgeOwner(pair.subject, before, after),
      ...grantsDifference(pair.subject, changedGrants(before, after, ignored), privilegesFindings.aclDiffers),
      ...judgeColumns(pair, ignored),
    ];
  },
};

function judgeOwner(subject: string, before: Facts, after: Facts): readonly Difference[] {
  const { code, message } = privilegesFindings.ownerDiffers;
  const [expected = null, actual = null] = [before['owner'], after['owner']];
  return expected === actual ? [] : [{ code, expected, actual, message: message(subject) }];
}

function judgeColumns({ subject, before, after }: ObjectPair, ignored: ReadonlySet<string>): readonly Difference[] {
  const [had, has] = [columnsOf(before), columnsOf(after)];
  const names = [...new Set([...Object.keys(had), ...Object.keys(has)])];
  return names.flatMap((name) =>
    grantsDifference(
      `column ${name} of ${subject}`,
      changedRoles(ownValue(had, name) ?? {}, ownValue(has, name) ?? {}, ignored),
      privilegesFindings.aclDiffers,
    ),
  );
}

/** By column; a text so long that only its hash was kept is of all columns. */
function columnsOf({ columns }: Facts): Readonly<Record<string, Grants>> {
  if (columns === undefined) return {};
  return columns.startsWith('{') ? (JSON.parse(columns) as Record<string, Grants>) : { '(all)': parsed(columns) };
}
