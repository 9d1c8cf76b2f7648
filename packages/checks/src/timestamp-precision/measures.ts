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

/**
 * What is measured of a column: how many rows have no value, an infinite one, one without a fraction, with a fraction of whole milliseconds, and with one
 * of whole ten microseconds. All other rows have values with microseconds; `rows`, of the table, counts them all.
 */
export type Fact =
  | 'null'
  | 'plus-infinite'
  | 'minus-infinite'
  | 'whole'
  | 'milliseconds'
  | 'ten-microseconds'
  | 'digest'
  | 'least'
  | 'most';

/** How a column's measure is called: `whole:paid_at`. */
export function measureName(fact: Fact, column: string): string {
  return `${fact}:${column}`;
}

/** Every measure of a table; `rows` tells whether two sides can be compared value by value at all. */
export function timeMeasures(table: Table): Readonly<Record<string, Measure>> {
  const columns = timeColumns(table);
  if (columns.length === 0) return {};
  return Object.assign(
    { rows: { sql: 'count(*)', merge: 'sum', ofNone: '0' } },
    ...columns.map(columnMeasures),
  ) as Record<string, Measure>;
}

function columnMeasures({ name, baseType }: Column, position: number): Readonly<Record<string, Measure>> {
  const value = `t.${quoteIdentifier(name)}`;
  const micros = `t.${quoteIdentifier(`timestamp-precision:${microsName(position)}`)}`;
  const type = baseType as TimeType;
  const isFinite = `FILTER (WHERE ${micros} IS NOT NULL)`;
  const facts: Readonly<Record<Fact, Measure>> = {
    ...counts(value, micros, type),
    digest: { sql: `sum(hashint4extended(${micros}, ${seedOf(name)}))`, merge: 'sum', ofNone: null },
    least: { sql: microseconds(`min(${value}) ${isFinite}`, type), merge: 'min', ofNone: null },
    most: { sql: microseconds(`max(${value}) ${isFinite}`, type), merge: 'max', ofNone: null },
  };
  return Object.fromEntries(Object.entries(facts).map(([fact, measure]) => [measureName(fact as Fact, name), measure]));
}

/** Counted is what most columns have little of, so that a value with microseconds, as `now()` has them, costs two comparisons. */
function counts(
  value: string,
  micros: string,
  type: TimeType,
): Readonly<Record<Exclude<Fact, 'digest' | 'least' | 'most'>, Measure>> {
  // An infinite interval cannot be written as such before PostgreSQL 17, and a time is never infinite.
  const middle = { timestamp: `'epoch'`, timestamptz: `'epoch'`, interval: `'0'`, time: null, timetz: null }[type];
  const isPlus = middle === null ? 'false' : `${value} > ${middle}`;
  const [isNull, plus, minus] = countThree(`${micros} IS NULL`, `${value} IS NULL`, isPlus);
  const [fine, milliseconds, whole] = countThree(`${micros} % 10 = 0`, `${micros} % 1000 <> 0`, `${micros} <> 0`);
  return {
    null: isNull,
    'plus-infinite': plus,
    'minus-infinite': minus,
    whole,
    milliseconds,
    'ten-microseconds': fine,
  };
}

/**
 * Divides the rows that fit a filter into three classes by two conditions, and counts them with one sum, since the server evaluates an aggregate that is
 * written thrice only once: in its lowest 31 bits the first class, above them the second, then the third. No part of a table that is read at once has
 * 2^31 rows.
 */
function countThree(filter: string, first: string, second: string): readonly [Measure, Measure, Measure] {
  const sum = `sum(CASE WHEN ${first} THEN 1 WHEN ${second} THEN ${2n ** 31n} ELSE ${2n ** 62n} END) FILTER (WHERE ${filter})`;
  const lower = (higher: string): string => `mod(${higher}, ${2n ** 31n})`;
  return [
    { sql: lower(sum), merge: 'sum', ofNone: null },
    { sql: lower(`div(${sum}, ${2n ** 31n})`), merge: 'sum', ofNone: null },
    { sql: `div(${sum}, ${2n ** 62n})`, merge: 'sum', ofNone: null },
  ];
}

/** By position: a name is cut to 63 bytes, and two columns may differ at their ends alone. */
function microsName(position: number): string {
  return `micros${position}`;
}

/** The microseconds of each value, evaluated once for every row. */
export function timeDerived(table: Table): Readonly<Record<string, string>> {
  return Object.fromEntries(
    timeColumns(table).map(({ name, baseType }, position) => [
      microsName(position),
      fromWholeSecond(`t.${quoteIdentifier(name)}`, baseType as TimeType),
    ]),
  );
}

/**
 * How many microseconds a value is from the nearest whole second; null where the value is infinite.
 *
 * `date_part` of a timestamp would take the whole date apart for its microseconds. The difference that ranges of timestamps are measured with is a `float8`
 * of seconds, which is exact as long as microseconds since 2000 are: some 285 years.
 */
function fromWholeSecond(value: string, type: TimeType): string {
  const exactly = (of: string, as: string): string => `date_part('us', ${of} - ${of}::${as}(0))::int4`;
  switch (type) {
    case 'time':
    case 'timetz':
      return exactly(`${value}::time`, 'time');
    case 'interval':
      // As a time, an interval has no days any more, and the longest can be rounded; PostgreSQL 17 refuses infinite ones.
      return `CASE WHEN isfinite(${value}) THEN ${exactly(`${value}::time`, 'time')} END`;
    default: {
      const difference = `${type === 'timestamp' ? 'tsrange' : 'tstzrange'}_subdiff`;
      return `CASE WHEN ${value} > '1800-01-01' AND ${value} < '2200-01-01' THEN (${difference}(${value}, ${value}::${type}(0)) * 1000000)::int4
          WHEN isfinite(${value}) THEN ${exactly(value, type)} END`;
    }
  }
}

function seedOf(column: string): string {
  return `'${createHash('sha256').update(column).digest().readBigInt64BE(0)}'::int8`;
}

/**
 * One finite extreme in whole microseconds, exactly: since 2000 for timestamps, whose range counted from there is that of `int8`; since midnight UTC for
 * times; for intervals with months of 30 days, which is how PostgreSQL compares them. `date_part` alone would return a float, which is exact for some two
 * centuries only.
 */
function microseconds(value: string, type: TimeType): string {
  switch (type) {
    case 'time':
    case 'timetz':
      return `(date_part('epoch', ${value}) * 1000000)::int8`;
    case 'interval':
      return `((date_part('year', ${value}) * 360 + date_part('month', ${value}) * 30 + date_part('day', ${value}))::numeric * 86400
          + (date_part('hour', ${value}) * 3600 + date_part('minute', ${value}) * 60)::numeric) * 1000000
          + date_part('microseconds', ${value})::numeric`;
    default:
      return `((${value})::date - date '2000-01-01')::int8 * 86400000000 + (date_part('epoch', (${value})::time) * 1000000)::int8`;
  }
}
