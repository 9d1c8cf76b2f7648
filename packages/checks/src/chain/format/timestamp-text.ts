/** The text of a timestamp in UTC as PostgreSQL writes it, of the years after Christ: date, time, microseconds without trailing zeros. */
const TIMESTAMP = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?$/;

/**
 * PostgreSQL's own text of a timestamp in UTC (`2024-01-01 00:00:00.1234+00`) as ISO 8601. Only characters are moved, so that no digit can get lost; a
 * value that has no such form (infinity, years before Christ) stays as it is.
 *
 * @param digits of the fraction of a second, cut and not rounded; `trimmed` for as many as there are before trailing zeros
 */
export function timestampText(value: string, digits: number | 'trimmed', suffix: string): string {
  // Nearly every timestamp has a year of four digits, and this runs for every row.
  if (value.length <= 29 && value.endsWith('+00') && value.charCodeAt(10) === 32) {
    return `${value.slice(0, 10)}T${value.slice(11, 19)}${fraction(value.slice(20, -3), digits)}${suffix}`;
  }
  const match = TIMESTAMP.exec(value);
  return match === null ? value : `${match[1]}T${match[2]}${fraction(match[3] ?? '', digits)}${suffix}`;
}

function fraction(micros: string, digits: number | 'trimmed'): string {
  if (digits === 'trimmed') return micros === '' ? '' : `.${micros}`;
  return digits === 0 ? '' : `.${micros.padEnd(6, '0').slice(0, digits)}`;
}

const PER_SECOND = { seconds: 1n, milliseconds: 1000n, microseconds: 1_000_000n } as const;

/** PostgreSQL's own text of a timestamp in UTC as a whole number since 1970, cut towards the past; a value that has no such number stays as it is. */
export function epochText(value: string, unit: keyof typeof PER_SECOND): string {
  const match = TIMESTAMP.exec(value);
  if (match === null) return value;
  const seconds = Date.parse(`${expandedYear(match[1] ?? '')}T${match[2]}Z`) / 1000;
  if (!Number.isSafeInteger(seconds)) return value;
  const micros = BigInt(seconds) * 1_000_000n + BigInt((match[3] ?? '').padEnd(6, '0'));
  const size = 1_000_000n / PER_SECOND[unit];
  const rest = ((micros % size) + size) % size;
  return `${(micros - rest) / size}`;
}

/** ECMAScript writes a year of more than four digits with a sign and six digits. */
function expandedYear(date: string): string {
  const end = date.indexOf('-');
  return end === 4 ? date : `+${date.padStart(date.length + 6 - end, '0')}`;
}

/** True when a timestamp has a digit finer than a millisecond. PostgreSQL writes no trailing zeros. */
export function isFine(value: string): boolean {
  const point = value.indexOf('.');
  if (point < 0) return false;
  const end = value.indexOf('+', point);
  return (end < 0 ? value.length : end) - point > 4;
}
