import { appendOnlyFindings } from './findings.ts';
import type { Difference } from './judge-tables.ts';
import type { Grants } from './observation.ts';

/**
 * Who may do more, or less, to a table than before. The owner is compared with the owner, whoever it is: a restore may give a table to another role.
 *
 * A table of which nobody ever granted or revoked anything was restored without its privileges, as pgdrill does unless told otherwise.
 */
export function judgeGrants(table: string, before: Grants, after: Grants): readonly Difference[] {
  const { wider, narrower, unrestored } = appendOnlyFindings;
  const [had, has] = [byRole(before), byRole(after)];
  const names = [...new Set([...had.keys(), ...has.keys()])];
  const changes = names.map((name) => ({
    name: name === OWNER ? `The owner ${after.owner}` : name,
    isOwner: name === OWNER,
    more: without(has.get(name) ?? [], had.get(name) ?? (name === before.owner ? (had.get(OWNER) ?? []) : [])),
    less: without(had.get(name) ?? [], has.get(name) ?? (name === after.owner ? (has.get(OWNER) ?? []) : [])),
  }));
  if (after.untouched && !before.untouched) {
    if (changes.every(({ more, less }) => more.length + less.length === 0)) return [];
    const owner = changes.find(({ isOwner }) => isOwner)?.more.join(', ') ?? '';
    const { code, message } = unrestored;
    const roles = [...had.keys()].filter((name) => name !== OWNER);
    return [{ code, severity: 'notice', expected: roles, actual: [], message: message(table, owner) }];
  }
  return changes.flatMap(({ name, isOwner, more, less }): readonly Difference[] => {
    // What one owner took from itself, --no-owner cannot give to the next.
    const severity = isOwner && before.owner !== after.owner ? 'warning' : 'error';
    const findings: Difference[] = [];
    if (more.length > 0) {
      const message = wider.message(table, name, more.join(', '));
      findings.push({ code: wider.code, severity, expected: [], actual: more, message });
    }
    if (less.length > 0) {
      const message = narrower.message(table, name, less.join(', '));
      findings.push({ code: narrower.code, severity: 'warning', expected: less, actual: [], message });
    }
    return findings;
  });
}

/** Stands for whoever owns the table; no role is called so, since it is reserved. */
const OWNER = 'none';

function byRole({ owner, roles }: Grants): ReadonlyMap<string, readonly string[]> {
  return new Map([
    [OWNER, []],
    ...Object.entries(roles).map(([role, privileges]) => [role === owner ? OWNER : role, privileges] as const),
  ]);
}

/** A privilege on a column is nothing more to one who has it on the table. */
function without(privileges: readonly string[], others: readonly string[]): readonly string[] {
  return privileges.filter((one) => !others.includes(one) && !others.includes(one.replace(/ \(.*/s, '')));
}
