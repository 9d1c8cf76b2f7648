/** Which tables a capture looks at and a backup holds, by patterns as `pg_dump` reads them. */
export interface TableSelection {
  /** Only what one of these matches; everything when there are none. As `pg_dump --table`. */
  readonly tables: readonly string[];
  /** Of that, nothing that one of these matches. As `pg_dump --exclude-table`. */
  readonly excludeTables: readonly string[];
  /**
   * The schemas, in order, in which a pattern without a schema finds its tables: the source's, so that the target is asked for the same tables.
   * Null until the source was asked.
   */
  readonly searchPath: readonly string[] | null;
}

/** A selection as a manifest keeps it, with what it left out on that side. */
export interface RecordedSelection extends TableSelection {
  readonly searchPath: readonly string[];
  /** Names of the tables, partitions and materialised views that were left out. */
  readonly leftOut: readonly string[];
}

/** Do both take the same tables of the same database? The order of patterns means nothing. */
export function sameSelection(one: TableSelection | null, other: TableSelection | null): boolean {
  const same = (key: 'tables' | 'excludeTables'): boolean => {
    const [left, right] = [new Set(one?.[key]), new Set(other?.[key])];
    return left.size === right.size && [...left].every((pattern) => right.has(pattern));
  };
  return same('tables') && same('excludeTables');
}

/** The patterns as options, for messages: `--table 'a*' --exclude-table b`, or `all tables`. */
export function selectionText(selection: TableSelection | null): string {
  const options = [
    ...(selection?.tables ?? []).map((pattern) => `--table ${shellWord(pattern)}`),
    ...(selection?.excludeTables ?? []).map((pattern) => `--exclude-table ${shellWord(pattern)}`),
  ];
  return options.length === 0 ? 'all tables' : options.join(' ');
}

function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
