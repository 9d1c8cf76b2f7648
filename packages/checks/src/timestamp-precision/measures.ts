import { createHash } from 'node:crypto';
import { quoteIdentifier } from '@pgdrill/core';
import type { Column, Measure, Table } from '@pgdrill/core';

/** The types that have a sub-second part, by their name in `pg_type`. */
const TIME_TYPES = ['timestamp', 'timestamptz', 'time', 'timetz', 'interval'] as const;
type TimeType = (typeof TIME_TYPES)[number];

/** The columns of a table that carry fractions of a second. */
export function timeColumns(table: Table): readonly Column[] {
  return table.columns.filter(
    ({ baseType, builtIn }) => builtIn && (TIME_TYPES as readonly string[]).includes(baseType),
  );
}

/** What is measured of a column. */
export type Fact =
  | 'values'
  | 'plus-infinite'
  | 'minus-infinite'
  | 'fraction'
  | 'submillisecond'
  | 'microsecond'
  | 'digest'
  | 'least'
  | 'most';

/** How a column's measure is called: `values:paid_at`. */
export function measureName(fact: Fact, column: string): string {
  return `${fact}:${column}`;
}

/** Every measure of a table; `rows` tells whether two sides can be compared value by value at all. */
export function timeMeasures(table: Table): Readonly<Record<string, Measure>> {
  const columns = timeColumns(table);
  if (columns.length === 0) return {};
  return Object.assign({ rows: { sql: 'count(*)', merge: 'sum' } }, ...columns.map(columnMeasures)) as Record<
    string,
    Measure
  >;
}

function columnMeasures({ name, baseType }: Column): Readonly<Record<string, Measure>> {
  const value = `t.${quoteIdentifier(name)}`;
  const micro = `t.${quoteIdentifier(`timestamp-precision:${name}`)}`;
  const type = baseType as TimeType;
  // A value without microseconds is infinite, or null.
  const isFinite = `FILTER (WHERE ${micro} IS NOT NULL)`;
  const facts: Readonly<Record<Fact, Measure>> = {
    values: { sql: `count(${value})`, merge: 'sum' },
    ...infinities(value, micro, type),
    ...fineness(micro),
    digest: { sql: `sum(hashint4extended(${micro}, ${seedOf(name)}))`, merge: 'sum' },
    least: { sql: microseconds(`min(${value}) ${isFinite}`, type), merge: 'min' },
    most: { sql: microseconds(`max(${value}) ${isFinite}`, type), merge: 'max' },
  };
  return Object.fromEntries(Object.entries(facts).map(([fact, measure]) => [measureName(fact as Fact, name), measure]));
}

/**
 * How many values have a fraction, one finer than a millisecond, and one finer than ten microseconds. One sum counts all three, since the server
 * evaluates an aggregate that is written thrice only once: in its lowest 31 bits the finest values, above them those of the next class, and so on. No
 * part of a table that is read at once has 2^31 rows.
 */
function fineness(micro: string): Readonly<Record<'fraction' | 'submillisecond' | 'microsecond', Measure>> {
  const sum = `sum(CASE WHEN ${micro} % 10 <> 0 THEN 1 WHEN ${micro} % 1000 <> 0 THEN ${2n ** 31n} WHEN ${micro} <> 0 THEN ${2n ** 62n} END)`;
  const finest = `mod(${sum}, ${2n ** 31n})`;
  const finer = `mod(div(${sum}, ${2n ** 31n}), ${2n ** 31n})`;
  return {
    fraction: { sql: `${finest} + ${finer} + div(${sum}, ${2n ** 62n})`, merge: 'sum' },
    submillisecond: { sql: `${finest} + ${finer}`, merge: 'sum' },
    microsecond: { sql: finest, merge: 'sum' },
  };
}

function infinities(
  value: string,
  micro: string,
  type: TimeType,
): Readonly<Record<'plus-infinite' | 'minus-infinite', Measure>> {
  const count = (condition: string): Measure => ({ sql: `count(*) FILTER (WHERE ${condition})`, merge: 'sum' });
  // An infinite interval cannot be written as such before PostgreSQL 17, and a time is never infinite.
  const middle = { timestamp: `'epoch'`, timestamptz: `'epoch'`, interval: `'0'`, time: null, timetz: null }[type];
  const nothing: Measure = { sql: '0', merge: 'sum' };
  if (middle === null) return { 'plus-infinite': nothing, 'minus-infinite': nothing };
  return {
    'plus-infinite': count(`${micro} IS NULL AND ${value} > ${middle}`),
    'minus-infinite': count(`${micro} IS NULL AND ${value} < ${middle}`),
  };
}

/** The microseconds within a second, evaluated once for every row; null for an infinite value. */
export function timeDerived(table: Table): Readonly<Record<string, string>> {
  return Object.fromEntries(
    timeColumns(table).map(({ name, baseType }) => {
      const value = `t.${quoteIdentifier(name)}`;
      // The same microseconds, without the look into the time zone's rules that takes most of the time.
      const cheap = baseType === 'timestamptz' ? `${value} AT TIME ZONE interval '0'` : value;
      return [name, `date_part('us', ${cheap})::int4 % 1000000`];
    }),
  );
}

function seedOf(column: string): string {
  return `'${createHash('sha256').update(column).digest().readBigInt64BE(0)}'::int8`;
}

/**
 * One finite extreme in whole microseconds, exactly: since 1970 for timestamps, since midnight UTC for times; for intervals with months of 30 days, which
 * is how PostgreSQL compares them. `date_part` alone would return a float, which is exact for some two centuries only.
 */
function microseconds(value: string, type: TimeType): string {
  switch (type) {
    case 'time':
    case 'timetz':
      return `round(date_part('epoch', ${value}) * 1000000)::int8`;
    case 'interval':
      return `((date_part('year', ${value}) * 360 + date_part('month', ${value}) * 30 + date_part('day', ${value}))::numeric * 86400
          + (date_part('hour', ${value}) * 3600 + date_part('minute', ${value}) * 60)::numeric) * 1000000
          + date_part('microseconds', ${value})::numeric`;
    default:
      return `((${value})::date - date '1970-01-01')::numeric * 86400000000 + round(date_part('epoch', (${value})::time) * 1000000)::numeric`;
  }
}
