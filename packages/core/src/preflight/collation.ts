import { few, ok, type PreflightItem } from './item.ts';
import type { Judge, JudgeContext } from './judge-context.ts';
import type { DatabaseLocaleFacts } from './source-facts.ts';

/** How text is ordered: by which library, which of its versions, and which locale. Wrong order breaks indexes, and with them uniqueness. */
export const collation: Judge = (context) => {
  const found = [...staleInSource(context), ...locale(context), ...libraries(context)];
  if (found.length > 0) return found;
  const { name, provider } = context.source.facts.locale;
  return [
    ok('collation', `The source orders text by ${provider} ${name}, and nothing speaks against it on the target.`),
  ];
};

/** Source: PostgreSQL manual, ALTER COLLATION, "Notes", and ALTER DATABASE ... REFRESH COLLATION VERSION. */
function staleInSource({ source: { facts } }: JudgeContext): readonly PreflightItem[] {
  const { recorded, actual } = facts.locale;
  const database = recorded !== null && actual !== null && recorded !== actual;
  if (!database && facts.staleCollations.length === 0) return [];
  const which = [
    ...(database ? [`its default collation was of version ${recorded} and is of ${actual}`] : []),
    ...(facts.staleCollations.length > 0 ? [`other versions are recorded of ${few(facts.staleCollations)}`] : []),
  ].join('; ');
  return [
    {
      id: 'collation',
      status: 'warning',
      message: `The source's indexes over text may be out of order, with duplicates under unique ones: ${which}.`,
      remedy:
        'Look with amcheck (bt_index_check with heapallindexed), REINDEX what depends on it, then ALTER DATABASE ... REFRESH COLLATION VERSION.',
    },
  ];
}

function locale({ source, target }: JudgeContext): readonly PreflightItem[] {
  const wanted = source.facts.locale;
  if (target.kind === 'in-place' || target.kind === 'sandbox') return [];
  if (target.kind === 'scratch') {
    if (target.facts.knowsLocale || target.connection === source.connection) return [];
    const message = `The target server does not list ${named(wanted)}, by which the source orders text: the scratch database may have to do without.`;
    const remedy =
      'Install that locale on the target server, or expect another order of text (ORDER BY, indexes) there.';
    return [{ id: 'collation', status: 'warning', message, remedy }];
  }
  if (named(wanted) === named(target.facts.locale)) return [];
  const message = `The source orders text by ${named(wanted)}, the target by ${named(target.facts.locale)}: the restored database sorts and compares otherwise.`;
  const remedy = "Make the target database with the source's locale (TEMPLATE template0), or use the target scratch.";
  return [{ id: 'collation', status: 'warning', message, remedy }];
}

function named({ provider, name }: DatabaseLocaleFacts): string {
  return `${provider} ${name}`;
}

function libraries({ source, target }: JudgeContext): readonly PreflightItem[] {
  const { locale: ordered, libraryVersion: from } = source.facts;
  const to = target.facts.libraryVersion;
  if (from === null || to === null || from === to) return [];
  return [
    {
      id: 'collation',
      status: 'warning',
      message: `The source orders text by ${ordered.provider} ${from}, and the target server has ${to}: text may sort otherwise there.`,
      remedy:
        'Restore on a machine with the same library, or see to it that nothing counts on that order; a physical copy would need REINDEX there.',
    },
  ];
}
