import { appendOnlyFindings } from './findings.ts';
import type { Difference } from './judge-tables.ts';
import type { Guard, GuardedChain, TableGuards } from './observation.ts';

/** What protected a chain little in the source, and does not protect it more after: worth knowing, and no doing of the restore. */
export function weakBefore(before: GuardedChain, after: GuardedChain): readonly Difference[] {
  const both = Object.entries(before.tables).flatMap(([table, had]) => {
    const has = after.tables[table];
    return has === undefined ? [] : [{ table, had, has }];
  });
  const disabled = both.flatMap(({ table, had, has }): readonly Difference[] => {
    const names = disabledOf(had).filter((name) => disabledOf(has).includes(name));
    if (names.length === 0) return [];
    const { code, message } = appendOnlyFindings.disabledBefore;
    return [{ code, severity: 'notice', expected: names, actual: names, message: message(table, names.join(', ')) }];
  });
  return [...disabled, ...unguarded(both)];
}

const EVENTS = ['UPDATE', 'DELETE', 'TRUNCATE'] as const;

function unguarded(
  both: readonly { readonly table: string; readonly had: TableGuards; readonly has: TableGuards }[],
): readonly Difference[] {
  const groups = new Map<
    string,
    { readonly events: readonly string[]; readonly tables: string[]; readonly roles: string }
  >();
  for (const { table, had, has } of both) {
    const events = EVENTS.filter((event) => !guards(had, event) && !guards(has, event));
    if (events.length === 0) continue;
    const roles = rolesWith(events, had).join(', ') || 'nobody';
    const key = `${events.join()} ${roles}`;
    const group = groups.get(key) ?? { events, tables: [], roles };
    group.tables.push(table);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ events, tables: [first, ...others], roles }) => {
    const { code, message } = appendOnlyFindings.unguardedBefore;
    const tables = others.length === 0 ? `${first}` : `${others.length + 1} tables, the first ${first}`;
    const text = message(tables, events.join(', '), roles);
    return { code, severity: 'notice', expected: events, actual: events, message: text };
  });
}

function guards({ triggers, rules }: TableGuards, event: string): boolean {
  return [...Object.values(triggers), ...Object.values(rules)].some(
    (guard) => fires(guard) && guard.on.includes(event),
  );
}

function fires({ firing }: Guard): boolean {
  return firing === 'origin' || firing === 'always';
}

function disabledOf({ triggers, rules }: TableGuards): readonly string[] {
  return [...Object.entries(triggers), ...Object.entries(rules)].filter(([, one]) => !fires(one)).map(([name]) => name);
}

function rolesWith(events: readonly string[], { grants }: TableGuards): readonly string[] {
  return Object.entries(grants.roles).flatMap(([role, privileges]) =>
    privileges.some((one) => events.includes(one.replace(/ \(.*/s, ''))) ? [role] : [],
  );
}
