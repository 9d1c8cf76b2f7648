import type { Access } from './access.ts';
import { few, ok, type PreflightItem } from './item.ts';
import type { Judge, JudgeContext } from './judge-context.ts';

/** May the role of the source read all that is dumped and compared, and that of the target make what is restored? */
export const permissions: Judge = (context) => {
  const { source, target, demands, isSelected } = context;
  const partial = demands?.isPartial === true || isSelected !== null;
  const found = [...closedToRole(source.access, isSelected, partial ? 'warning' : 'error'), ...onTarget(context)];
  if (found.length > 0) return found;
  return [
    ok(
      'permissions',
      `The role ${source.access.role} may read all of the source, and ${target.facts.role} may restore.`,
    ),
  ];
};

/** What the role may not read. A relation is named by the patterns of the drill, so an unread one that they take is never in doubt. */
export function closedToRole(
  { role, closed, closedLargeObjects }: Access,
  isSelected: JudgeContext['isSelected'],
  partial: 'warning' | 'error',
): readonly PreflightItem[] {
  const taken = closed.filter(({ name }) => isSelected?.(name) ?? true);
  const schemas = [...new Set(taken.flatMap(({ schema }) => (schema === null ? [] : [schema])))];
  const items: PreflightItem[] = [];
  if (taken.length > 0) {
    const names = few(taken.map(({ name }) => name));
    const where = schemas.length === 0 ? '' : `, nor use the schemas ${few(schemas)}`;
    items.push({
      id: 'permissions',
      status: isSelected === null ? partial : 'error',
      message: `The role ${role} may not read ${taken.length} of the tables and sequences: ${names}${where}.`,
      remedy: `GRANT pg_read_all_data TO ${role} (PostgreSQL 14 and later), or SELECT on each and USAGE on its schema.`,
    });
  }
  if (closedLargeObjects > 0 && isSelected === null) {
    items.push({
      id: 'permissions',
      status: partial,
      message: `The role ${role} may not read ${closedLargeObjects} of the large objects.`,
      remedy: 'Use their owner or a superuser, or grant SELECT ON LARGE OBJECT for each.',
    });
  }
  return items;
}

function onTarget({ source, target }: JudgeContext): readonly PreflightItem[] {
  const { kind, facts } = target;
  const error = (message: string, remedy: string): readonly PreflightItem[] => [
    { id: 'permissions', status: 'error', message, remedy },
  ];
  if (kind === 'scratch' && !facts.mayCreateDatabases) {
    return error(
      `The role ${facts.role} may not create a scratch database.`,
      `Grant it with ALTER ROLE "${facts.role.replaceAll('"', '""')}" CREATEDB, or use the target sandbox, another server, or the URL of an empty database.`,
    );
  }
  if (kind !== 'url') return [];
  const others = source.facts.schemas.filter((schema) => schema !== 'public');
  if (others.length > 0 && !facts.mayCreateSchemas) {
    return error(
      `The role ${facts.role} may not create schemas in the target, and the source has ${few(others)}.`,
      `GRANT CREATE ON DATABASE to it, or make it the owner of the target database.`,
    );
  }
  if (source.facts.schemas.includes('public') && !facts.mayCreateInPublic) {
    return error(
      `The role ${facts.role} may create nothing in the schema public of the target.`,
      `GRANT CREATE ON SCHEMA public to it there, or make it the owner of the target database.`,
    );
  }
  return [];
}
