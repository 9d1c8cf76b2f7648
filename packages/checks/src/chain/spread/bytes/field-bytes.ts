import { Buffer } from 'node:buffer';
import type { BinaryRow, ChainField, ColumnField, JoinedFormat } from '@pgdrill/core';
import { columnSql, concatWsSql, eitherArgument, isTextType, literal } from '../../chain-sql.ts';
import { isOwnText } from '../../format/joined-format.ts';
import { MOST_TIMESTAMP_BYTES, timestampBytes } from './timestamp-bytes.ts';

/** The bytes that a row's hash is taken over. */
export interface FieldBytes {
  /**
   * @param isFirst does the row begin a chain?
   * @returns what is good until the next call; null when a value has no such form
   */
  put(row: BinaryRow, isFirst: boolean): Buffer | null;
  /** Had a timestamp of the last row digits finer than a millisecond? */
  isFine(): boolean;
}

/** What the fields of a chain are read from. */
export interface FieldSource {
  readonly typeOf: (column: string) => string;
  /** Selects an SQL expression over the row `t`; returns its place among the columns. */
  readonly add: (sql: string) => number;
  readonly prev: {
    /** The place of the previous hash. */
    readonly column: number;
    /** It is sent as bytes, and hashed as hex. */
    readonly isBytes: boolean;
    /** What is hashed in its stead in the first row. */
    readonly genesis: string;
  };
}

/** Puts one field behind what is there already; returns where it ends, -1 when it has no such form. */
type Put = (row: BinaryRow, isFirst: boolean, at: number) => number;

/** A function takes 100 arguments at most, and a field needs up to two. */
const MOST_JOINED = 45;

/** So many views are kept. */
const MOST_VIEWS = 1024;

/**
 * Prepares to put the fields of a format together. Columns that stand side by side come joined from the server, with what separates them.
 *
 * @returns null for a format with a field that is not read as it is sent
 */
export function fieldBytes(format: JoinedFormat, { typeOf, add, prev }: FieldSource): FieldBytes | null {
  if (format.skipNull === true) return null;
  let target = Buffer.alloc(4096);
  // By their length: many rows have the same, and each view costs as much as what is copied into it.
  let views: Buffer[] = [];
  let fine = false;
  const room = (size: number): void => {
    if (size <= target.length) return;
    const larger = Buffer.alloc(2 * size);
    target.copy(larger);
    target = larger;
    views = [];
  };
  const putConstant = (text: string): Put => {
    const constant = Buffer.from(text, 'utf8');
    return (_row, _isFirst, at) => {
      room(at + constant.length);
      return at + constant.copy(target, at);
    };
  };
  const putColumn =
    (column: number): Put =>
    ({ bytes, starts, ends }, _isFirst, at) => {
      const [from = -1, to = -1] = [starts[column], ends[column]];
      if (from < 0) return at;
      room(at + to - from);
      return at + bytes.copy(target, at, from, to);
    };
  const putPrev = (): Put => {
    const [genesis, stored] = [putConstant(prev.genesis), putColumn(prev.column)];
    const asHex: Put = ({ bytes, starts, ends }, _isFirst, at) => {
      const from = starts[prev.column] ?? -1;
      if (from < 0) return at;
      const hex = bytes.toString('hex', from, ends[prev.column]);
      room(at + hex.length);
      return at + target.write(hex, at, 'latin1');
    };
    const linked = prev.isBytes ? asHex : stored;
    return (row, isFirst, at) => (isFirst ? genesis : linked)(row, isFirst, at);
  };
  const putTimestamp = (column: number, { digits, suffix }: NonNullable<ColumnField['timestamp']>): Put => {
    const timestamp = timestampBytes(digits, suffix);
    const most = MOST_TIMESTAMP_BYTES + Buffer.byteLength(suffix);
    return ({ bytes, starts }, _isFirst, at) => {
      const from = starts[column] ?? -1;
      if (from < 0) return at;
      room(at + most);
      const end = timestamp.write(bytes, from, target, at);
      if (timestamp.isFine()) fine = true;
      return end;
    };
  };

  const { separator } = format;
  const puts: Put[] = [];
  /** What stands side by side: arguments that make text, though it be empty, of each field; `constants` while it is the same in every row. */
  let pieces: string[] = [];
  let constants: string[] | null = [];
  const join = (text: string): void => {
    pieces.push(literal(text));
    constants?.push(text);
  };
  const flush = (): void => {
    if (constants === null) puts.push(putColumn(add(concatWsSql(separator, pieces))));
    else if (constants.length > 0) puts.push(putConstant(constants.join(separator)));
    [pieces, constants] = [[], []];
  };
  /** Ends what stands side by side with the separator, for what is put behind it. */
  const divide = (index: number): void => {
    if (index > 0) {
      if (pieces.length === 0) join('');
      join('');
    }
    flush();
  };
  for (const [index, field] of format.fields.entries()) {
    if ('text' in field || isOwnText(field)) {
      if (pieces.length >= MOST_JOINED) flush();
      if (pieces.length === 0 && index > 0) join('');
      if ('text' in field) join(field.text);
      else {
        pieces.push(textSql(field, typeOf(field.column)));
        constants = null;
      }
    } else if ('prev' in field && field.as === undefined) {
      divide(index);
      puts.push(putPrev());
    } else if (isTimestamp(field, typeOf)) {
      divide(index);
      puts.push(putTimestamp(add(columnSql(field.column)), field.timestamp));
    } else return null;
  }
  flush();

  return {
    put(row, isFirst) {
      fine = false;
      let at = 0;
      for (const put of puts) {
        at = put(row, isFirst, at);
        if (at < 0) return null;
      }
      // Of longer ones there would be too many.
      return at < MOST_VIEWS ? (views[at] ??= target.subarray(0, at)) : target.subarray(0, at);
    },
    isFine: () => fine,
  };
}

/** The text of a column, and what stands for NULL, as arguments. */
function textSql({ column, null: whenNull = '' }: ColumnField, type: string): string {
  const value = columnSql(column);
  return isTextType(type)
    ? `coalesce(${value}, ${literal(whenNull)})`
    : eitherArgument(value, value, whenNull).join(', ');
}

/** Is a field a timestamp that is sent as a number, and nothing where it is NULL? */
function isTimestamp(
  field: ChainField,
  typeOf: (column: string) => string,
): field is ColumnField & Required<Pick<ColumnField, 'timestamp'>> {
  if (!('column' in field) || field.timestamp === undefined || (field.null ?? '') !== '') return false;
  return ['timestamptz', 'timestamp'].includes(typeOf(field.column));
}
