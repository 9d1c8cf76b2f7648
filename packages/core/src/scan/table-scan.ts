import type { Buckets, Measure, SharedExpression } from '../check.ts';
import { quoteIdentifier } from '../database/identifier.ts';
import { UsageError } from '../errors.ts';
import type { PlannedCheck } from '../plan.ts';
import { measuredAs } from '../table.ts';
import type { RelationName, Table } from '../table.ts';
import type { OwnedRequest } from './measure-requests.ts';

/** One check's measure of a table. */
export interface OwnedMeasure extends Measure {
  /** The check's name. */
  readonly owner: string;
  readonly name: string;
  /** The name under which it is kept, with that of other tables. */
  readonly table: string;
}

interface Derived {
  readonly owner: string;
  readonly column: string;
  readonly sql: string;
  /** As in `SharedExpression`. */
  readonly alone?: string;
}

/** A table and all that the checks together want of one reading of it. */
export interface TableScan {
  readonly table: Table;
  readonly measures: readonly OwnedMeasure[];
  /** Per-row expressions: the quoted name by which measures know them, and their SQL. */
  readonly derived: readonly Derived[];
  readonly buckets: (Buckets & { readonly owner: string }) | null;
  /** Read all of the table, even in a shard. */
  readonly whole?: boolean;
  /** A condition over `t`: only the rows that it holds for are read. */
  readonly where?: string;
  /** Read it in one piece: dividing the table's blocks would not divide this work. */
  readonly undivided?: boolean;
}

/**
 * Fuses what the checks want of one table.
 *
 * @throws UsageError when two checks want to divide the same table into buckets
 */
export function tableScan(
  table: Table,
  checks: readonly PlannedCheck[],
  requests: readonly OwnedRequest[] = [],
): TableScan {
  // A materialised view that was never populated cannot be read at all.
  if (!table.populated) return { table, measures: [], derived: [], buckets: null };
  const dividing = checks.flatMap(({ check, options }) => {
    // By its own size, each of some partitions would be divided otherwise.
    const buckets = table.rowsStayIn === undefined ? (check.bucket?.(table, options) ?? null) : null;
    return buckets === null ? [] : [{ ...buckets, owner: check.name }];
  });
  const [buckets = null, other] = dividing;
  if (other) {
    throw new UsageError(
      `The checks ${buckets?.owner} and ${other.owner} both divide the table ${table.name} into buckets: leave one of them out of this drill.`,
    );
  }
  return inPlace(
    withoutRepetition({
      table,
      measures: [
        ...checks.flatMap(({ check, options }) =>
          measuresOf(check.name, measuredAs(table), check.measure?.(table, options)),
        ),
        ...requests.flatMap(({ owner, measures }) => measuresOf(owner, table, measures)),
      ],
      derived: [
        ...checks.flatMap(({ check, options }) => derivedOf(check.name, check.derive?.(table, options))),
        ...requests.flatMap(({ owner, derive }) => derivedOf(owner, derive)),
      ],
      buckets,
    }),
  );
}

/** What several ask for is evaluated once for all: their measures name the first one's. */
function withoutRepetition(scan: TableScan): TableScan {
  const first = new Map<string, string>();
  const renamed: (readonly [string, string])[] = [];
  const derived = scan.derived.filter(({ column, sql }) => {
    const known = first.get(sql);
    if (known === undefined) first.set(sql, column);
    else renamed.push([`t.${column}`, `t.${known}`]);
    return known === undefined;
  });
  return renamed.length === 0 ? scan : replaced({ ...scan, derived }, renamed);
}

/** What is used in one place alone is evaluated there, where that costs less. */
function inPlace(scan: TableScan): TableScan {
  const uses = [...scan.measures, ...(scan.buckets === null ? [] : [scan.buckets])];
  const isUsedOnce = (name: string): boolean =>
    uses.reduce((sum, { sql }) => sum + sql.split(name).length - 1, 0) === 1;
  const alone = scan.derived.flatMap(({ column, alone: sql }): [string, string][] =>
    sql !== undefined && isUsedOnce(`t.${column}`) ? [[`t.${column}`, sql]] : [],
  );
  if (alone.length === 0) return scan;
  const gone = new Set(alone.map(([name]) => name));
  return replaced({ ...scan, derived: scan.derived.filter(({ column }) => !gone.has(`t.${column}`)) }, alone);
}

/** Writes other SQL for some names. */
function replaced(scan: TableScan, texts: readonly (readonly [string, string])[]): TableScan {
  const replace = (sql: string): string => texts.reduce((text, [from, to]) => text.replaceAll(from, () => to), sql);
  return {
    ...scan,
    measures: scan.measures.map((measure) => ({ ...measure, sql: replace(measure.sql) })),
    buckets: scan.buckets && { ...scan.buckets, sql: replace(scan.buckets.sql) },
  };
}

function measuresOf(
  owner: string,
  { name: table }: RelationName,
  measures: Readonly<Record<string, Measure>> = {},
): readonly OwnedMeasure[] {
  return Object.entries(measures).map(([name, measure]) => ({ ...measure, owner, name, table }));
}

function derivedOf(
  owner: string,
  expressions: Readonly<Record<string, string | SharedExpression>> = {},
): readonly Derived[] {
  return Object.entries(expressions).map(([name, expression]) => ({
    owner,
    column: quoteIdentifier(`${owner}:${name}`),
    ...(typeof expression === 'string' ? { sql: expression } : expression),
  }));
}

/** The part of a scan that is some checks' alone. */
export function scanOfOwners(scan: TableScan, isWanted: (owner: string) => boolean): TableScan {
  const measures = scan.measures.filter(({ owner }) => isWanted(owner));
  return {
    ...scan,
    measures,
    // What they asked for may be evaluated under another's name.
    derived: scan.derived.filter(
      ({ owner, column }) => isWanted(owner) || measures.some(({ sql }) => sql.includes(`t.${column}`)),
    ),
    buckets: scan.buckets !== null && isWanted(scan.buckets.owner) ? scan.buckets : null,
  };
}

/** The part of a scan that is needed for some of its measures. */
export function scanOfMeasures(scan: TableScan, measures: readonly OwnedMeasure[]): TableScan {
  const uses = (column: string, sql: string): boolean => sql.includes(`t.${column}`);
  return {
    ...scan,
    measures,
    derived: scan.derived.filter(
      ({ column }) =>
        measures.some(({ sql }) => uses(column, sql)) || (scan.buckets !== null && uses(column, scan.buckets.sql)),
    ),
  };
}
