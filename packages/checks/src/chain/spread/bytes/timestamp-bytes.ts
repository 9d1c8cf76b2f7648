import { Buffer } from 'node:buffer';

/** Writes a timestamp as `timestampText` does, from the form in which it is sent: microseconds since 2000, as 64 bits. */
export interface TimestampBytes {
  /**
   * @param from where in `value` the timestamp begins
   * @returns where in `target` the text ends; -1 for a value that has no such form: infinity, years before Christ, and beyond what a Date holds
   */
  write(value: Buffer, from: number, target: Buffer, at: number): number;
  /** Had the last one a digit finer than a millisecond? */
  isFine(): boolean;
}

/** So many bytes it may take, besides the suffix. */
export const MOST_TIMESTAMP_BYTES = 40;

const DAY_MICROS = 86_400_000_000;
const DAY_MS = 86_400_000;
/** 2000-01-01, from which PostgreSQL counts, in milliseconds since 1970. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
/** High words between which the whole is a number without loss: some 142 years to either side. */
const EXACT_HIGH = 2 ** 20;

/**
 * Prepares to write timestamps in one form.
 *
 * @param digits of the fraction of a second, cut and not rounded; `trimmed` for as many as there are before trailing zeros
 */
export function timestampBytes(digits: 0 | 3 | 6 | 'trimmed', suffix: string): TimestampBytes {
  const end = Buffer.from(suffix, 'utf8');
  // Rows that follow each other are as a rule of one day.
  let known = NaN;
  let date: Buffer | null = null;
  let micros = 0;

  return {
    write(value, from, target, at) {
      const high = value.readInt32BE(from);
      let day: number;
      let rest: number;
      if (high >= -EXACT_HIGH && high < EXACT_HIGH) {
        const since = high * 2 ** 32 + value.readUInt32BE(from + 4);
        day = Math.floor(since / DAY_MICROS);
        rest = since - day * DAY_MICROS;
      } else [day, rest] = divided(value.readBigInt64BE(from));
      if (day !== known) {
        known = day;
        date = dateBytes(day);
      }
      if (date === null) return -1;
      const seconds = Math.floor(rest / 1_000_000);
      micros = rest - seconds * 1_000_000;
      let to = at + date.copy(target, at);
      to = writeNumber(target, to, Math.floor(seconds / 3600), 2);
      target[to] = COLON;
      to = writeNumber(target, to + 1, Math.floor(seconds / 60) % 60, 2);
      target[to] = COLON;
      to = writeNumber(target, to + 1, seconds % 60, 2);
      to = writeFraction(target, to, micros, digits);
      return to + end.copy(target, to);
    },
    isFine: () => micros % 1000 !== 0,
  };
}

const [COLON, POINT, ZERO] = [58, 46, 48] as const;

function divided(since: bigint): [day: number, rest: number] {
  const size = BigInt(DAY_MICROS);
  const rest = ((since % size) + size) % size;
  return [Number((since - rest) / size), Number(rest)];
}

/** `YYYY-MM-DDT`; null for a year before Christ, or later than a Date holds. */
function dateBytes(day: number): Buffer | null {
  const date = new Date(EPOCH_MS + day * DAY_MS);
  const year = date.getUTCFullYear();
  if (!(year >= 1)) return null;
  const parts = [`${year}`.padStart(4, '0'), two(date.getUTCMonth() + 1), two(date.getUTCDate())];
  return Buffer.from(`${parts.join('-')}T`, 'latin1');
}

function two(value: number): string {
  return `${value}`.padStart(2, '0');
}

function writeFraction(target: Buffer, at: number, micros: number, digits: 0 | 3 | 6 | 'trimmed'): number {
  if (digits === 0 || (digits === 'trimmed' && micros === 0)) return at;
  target[at] = POINT;
  const full = writeNumber(target, at + 1, micros, 6);
  if (digits !== 'trimmed') return at + 1 + digits;
  let end = full;
  while (target[end - 1] === ZERO) end -= 1;
  return end;
}

/** In decimal, with zeros in front. */
function writeNumber(target: Buffer, at: number, value: number, digits: number): number {
  let left = value;
  for (let place = at + digits - 1; place >= at; place -= 1) {
    const next = Math.trunc(left / 10);
    target[place] = ZERO + left - next * 10;
    left = next;
  }
  return at + digits;
}
