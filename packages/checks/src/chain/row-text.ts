import type { ChainConfig, ChainField, ChainFormat, ChainPrev, Row } from '@pgdrill/core';

/** What a row's hash is taken over. Fields come as the columns `f0`, `f1` and so on, `prev` as `prev`. */
export function rowText(format: ChainFormat, prev: ChainPrev): (row: Row) => string {
  const render = format.fields.map((field, index) => fieldText(field, `f${index}`, prev));
  return (row) => {
    let text = '';
    for (let index = 0; index < render.length; index += 1) {
      if (index > 0) text += format.separator;
      text += render[index]?.(row);
    }
    return text;
  };
}

function fieldText(field: ChainField, name: string, prev: ChainPrev): (row: Row) => string {
  if ('prev' in field) {
    const { stored, hashed } = prev.genesis;
    return (row) => ((row['prev'] ?? null) === stored ? hashed : (row['prev'] ?? ''));
  }
  const { null: whenNull = '', timestamp } = field;
  if (timestamp === undefined) return (row) => row[name] ?? whenNull;
  return (row) => {
    const value = row[name] ?? null;
    return value === null ? whenNull : timestampText(value, timestamp.digits, timestamp.suffix);
  };
}

/**
 * PostgreSQL's own text of a timestamp in UTC (`2024-01-01 00:00:00.1234+00`) as ISO 8601 with a fixed number of digits. Only characters are moved, so
 * that no digit can get lost; a value that has no such form (infinity, years before Christ) stays as it is.
 */
export function timestampText(value: string, digits: number, suffix: string): string {
  // Nearly every timestamp has a year of four digits, and this runs for every row.
  if (value.length <= 29 && value.endsWith('+00') && value.charCodeAt(10) === 32) {
    const fraction = digits === 0 ? '' : `.${value.slice(20, -3).padEnd(6, '0').slice(0, digits)}`;
    return `${value.slice(0, 10)}T${value.slice(11, 19)}${fraction}${suffix}`;
  }
  const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?$/.exec(value);
  if (!match) return value;
  const fraction = digits === 0 ? '' : `.${(match[3] ?? '').padEnd(6, '0').slice(0, digits)}`;
  return `${match[1]}T${match[2]}${fraction}${suffix}`;
}

/** The fields of a format that are timestamps, by the column that they are read as. */
export function timestampFields({ format }: Pick<ChainConfig, 'format'>): readonly string[] {
  return (format?.fields ?? []).flatMap((field, index) =>
    'timestamp' in field && field.timestamp ? [`f${index}`] : [],
  );
}

/** True when a timestamp has a digit finer than a millisecond. PostgreSQL writes no trailing zeros. */
export function isFine(value: string): boolean {
  const point = value.indexOf('.');
  if (point < 0) return false;
  const end = value.indexOf('+', point);
  return (end < 0 ? value.length : end) - point > 4;
}
