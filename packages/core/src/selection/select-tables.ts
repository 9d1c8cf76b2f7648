import { displayName, quoteIdentifier } from '../database/identifier.ts';
import type { DatabaseHandle } from '../database/handle.ts';
import { DatabaseError, UsageError } from '../errors.ts';
import { parseNamePattern } from './name-pattern.ts';
import type { TableSelection } from './table-selection.ts';

/** A relation that a pattern matched. */
interface Relation {
  readonly name: string;
  readonly schema: string;
  /** As `pg_class.relkind`. */
  readonly kind: string;
  readonly isSystem: boolean;
  readonly ofExtension: boolean;
}

/** What the patterns mean in one database. */
export interface SelectedTables {
  /** With its search path. */
  readonly selection: TableSelection & { readonly searchPath: readonly string[] };
  /** The schemas of all that the patterns of `tables` matched; empty where there are none. */
  readonly schemas: readonly string[];
  /** Is the relation of this name (as in `Table`), of whatever kind, taken? */
  has(name: string): boolean;
}

/**
 * Asks a database what the patterns match there. Where the selection has no search path yet, the database is the source: it gives its own, and
 * patterns that do no good are refused. A target is only asked for the same, since what it lacks is for the checks to find.
 *
 * @throws UsageError for a pattern that matches nothing, that cannot be read, or that takes system catalogues; and when no table is left
 */
export async function selectTables(db: DatabaseHandle, selection: TableSelection): Promise<SelectedTables> {
  const isSource = selection.searchPath === null;
  const searchPath = selection.searchPath ?? (await defaultSearchPath(db));
  const [tables, excludeTables] = await withSearchPath(db, searchPath.map(quoteIdentifier).join(', '), async () => [
    await matchAll(db, selection.tables),
    await matchAll(db, selection.excludeTables),
  ]);
  const [wanted, unwanted] = [[...tables.values()].flat(), [...excludeTables.values()].flat()];
  const [taken, dropped] = [names(wanted), names(unwanted)];
  const has = (name: string): boolean => (selection.tables.length === 0 || taken.has(name)) && !dropped.has(name);
  if (isSource) {
    refuseUnmatched(tables, '--table', searchPath);
    refuseUnmatched(excludeTables, '--exclude-table', searchPath);
    refuseSystem(tables);
    if (selection.tables.length > 0) refuseNothingLeft(wanted.filter(({ name }) => has(name)));
  }
  return { selection: { ...selection, searchPath }, schemas: [...new Set(wanted.map(({ schema }) => schema))], has };
}

type Matches = ReadonlyMap<string, readonly Relation[]>;

function names(relations: readonly Relation[]): ReadonlySet<string> {
  return new Set(relations.map(({ name }) => name));
}

/** Those that a session of the same role begins with, and so those of `pg_dump`: it resets the path before it looks for a pattern. */
async function defaultSearchPath(db: DatabaseHandle): Promise<readonly string[]> {
  const [setting] = await db.query(
    `SELECT reset_val FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) 'search_path'`,
  );
  return withSearchPath(db, setting?.['reset_val'] ?? '', async () => {
    const [row] = await db.query('SELECT pg_catalog.to_json(pg_catalog.current_schemas(false)) AS schemas');
    return JSON.parse(row?.['schemas'] ?? '[]') as string[];
  });
}

/** The pinned path is empty, and is so again afterwards. */
async function withSearchPath<T>(db: DatabaseHandle, path: string, work: () => Promise<T>): Promise<T> {
  const set = (value: string): Promise<unknown> =>
    db.query(`SELECT pg_catalog.set_config('search_path', $1, true)`, [value]);
  await set(path);
  try {
    return await work();
  } finally {
    await set('');
  }
}

async function matchAll(db: DatabaseHandle, patterns: readonly string[]): Promise<Matches> {
  const matches = new Map<string, readonly Relation[]>();
  for (const pattern of new Set(patterns)) matches.set(pattern, await match(db, pattern));
  return matches;
}

async function match(db: DatabaseHandle, pattern: string): Promise<readonly Relation[]> {
  const { schema, relation } = parseNamePattern(pattern);
  try {
    const rows = await db.query(MATCHING, [schema, relation]);
    return rows.map((row) => ({
      name: displayName(row['nspname'] ?? '', row['relname'] ?? ''),
      schema: row['nspname'] ?? '',
      kind: row['relkind'] ?? '',
      isSystem: row['is_system'] === 't',
      ofExtension: row['of_extension'] === 't',
    }));
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlstate !== INVALID_REGULAR_EXPRESSION) throw error;
    throw new UsageError(
      `The pattern ${JSON.stringify(pattern)} cannot be read: ${error.message} What is no *, ? or dot is taken as a regular expression; put a name in double quotes.`,
      { cause: error },
    );
  }
}

const INVALID_REGULAR_EXPRESSION = '2201B';

/**
 * Source: PostgreSQL, `expand_table_name_patterns` in `src/bin/pg_dump/pg_dump.c` and `processSQLNamePattern` in `src/fe_utils/string_utils.c`: the
 * kinds, the collation, and that a pattern without a schema finds what is visible.
 */
const MATCHING = `
SELECT n.nspname, c.relname, c.relkind, n.nspname OPERATOR(pg_catalog.~) '^(pg_|information_schema$)' AS is_system,
       EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                  AND d.objid OPERATOR(pg_catalog.=) c.oid AND d.deptype OPERATOR(pg_catalog.=) 'e') AS of_extension
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 WHERE c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'S', 'v', 'm', 'f', 'p']::"char"[])
   AND c.relname OPERATOR(pg_catalog.~) $2::text COLLATE pg_catalog.default
   AND CASE WHEN $1::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid)
            ELSE n.nspname OPERATOR(pg_catalog.~) $1::text COLLATE pg_catalog.default END
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

function refuseUnmatched(matches: Matches, option: string, searchPath: readonly string[]): void {
  const [pattern] = [...matches].find(([, relations]) => relations.length === 0) ?? [];
  if (pattern === undefined) return;
  const { schema } = parseNamePattern(pattern);
  const where = schema === null ? ` in the schemas of the search path (${searchPath.join(', ') || 'it is empty'})` : '';
  throw new UsageError(
    `${option} ${JSON.stringify(pattern)} matches no table${where}. Write SCHEMA.TABLE for another schema, and put names with capital letters in double quotes.`,
  );
}

function refuseSystem(matches: Matches): void {
  for (const [pattern, relations] of matches) {
    const system = relations.find(({ isSystem }) => isSystem);
    if (system === undefined) continue;
    throw new UsageError(
      `--table ${JSON.stringify(pattern)} takes in system tables, such as ${system.name}, and pg_dump would put them in the backup, which could then not be restored. Name a schema: public.* and the like.`,
    );
  }
}

function refuseNothingLeft(taken: readonly Relation[]): void {
  if (taken.some(({ kind, ofExtension }) => (kind === 'r' || kind === 'm') && !ofExtension)) return;
  const [parent] = taken.filter(({ kind }) => kind === 'p');
  const why =
    parent === undefined
      ? 'What they match are views, sequences, foreign tables or tables of extensions, or it is excluded again.'
      : `The rows of ${parent.name} are in its partitions, which pg_dump takes by their own names: add a pattern for these.`;
  throw new UsageError(
    `The patterns of --table and --exclude-table leave no table whose rows could be compared. ${why}`,
  );
}
