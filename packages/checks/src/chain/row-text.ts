import type { ChainFormat, Row } from '@pgdrill/core';
import type { WholeChain } from './audit-chain.ts';
import { textParts } from './text-parts.ts';

/**
 * What a row's hash is taken over.
 *
 * @returns a function of a row, with the values that `textParts` reads, and of its previous hash: as hex, however that is stored; null when nothing is stored
 */
export function rowText({
  format,
  prev: { genesis },
}: Pick<WholeChain, 'format' | 'prev'>): (row: Row, prev: string | null) => string {
  const render = textParts(format).map((part) => {
    if ('prev' in part) return null;
    const { name, whenNull, timestamp } = part;
    if (timestamp === undefined) return (row: Row) => row[name] ?? whenNull;
    return (row: Row) => {
      const value = row[name] ?? null;
      return value === null ? whenNull : timestampText(value, timestamp.digits, timestamp.suffix);
    };
  });
  const { separator } = format;
  return (row, prev) => {
    const hashed = prev === genesis.stored ? genesis.hashed : (prev ?? '');
    let text = '';
    for (let index = 0; index < render.length; index += 1) {
      if (index > 0) text += separator;
      text += render[index]?.(row) ?? hashed;
    }
    return text;
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

/** The values of a row that are timestamps. */
export function timestampNames(format: ChainFormat): readonly string[] {
  return textParts(format).flatMap((part) => ('name' in part && part.timestamp ? [part.name] : []));
}

/** True when a timestamp has a digit finer than a millisecond. PostgreSQL writes no trailing zeros. */
export function isFine(value: string): boolean {
  const point = value.indexOf('.');
  if (point < 0) return false;
  const end = value.indexOf('+', point);
  return (end < 0 ? value.length : end) - point > 4;
}
