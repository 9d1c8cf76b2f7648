import { columnSql } from '../chain-sql.ts';

/** The values that a chain's formats read of each row, each once. */
export interface Reads {
  /** Reads an SQL expression over the row `t`; returns the name under which the row that is read has its text. */
  add(sql: string): string;
  column(name: string): string;
  /** `expression AS name`, for all that was added. */
  list(): readonly string[];
}

/** Starts with nothing to read. */
export function newReads(): Reads {
  const names = new Map<string, string>();
  const add = (sql: string): string => {
    const name = names.get(sql) ?? `f${names.size}`;
    names.set(sql, name);
    return name;
  };
  return {
    add,
    column: (name) => add(columnSql(name)),
    list: () => Array.from(names, ([sql, name]) => `${sql} AS ${name}`),
  };
}
