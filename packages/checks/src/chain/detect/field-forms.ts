import type { ChainField, ChainFormat, ColumnField, JoinedFormat, JsonStyle } from '@pgdrill/core';
import type { FactColumn } from './table-facts.ts';

/** How the columns of a format are written: all of one kind in the same form. */
export interface FieldForms {
  readonly time: Pick<ColumnField, 'timestamp' | 'epoch'>;
  readonly json: Pick<ColumnField, 'json'>;
  readonly bytes: Pick<ColumnField, 'as'>;
}

const DIGITS = [6, 3, 'trimmed', 0] as const;
const SUFFIXES = ['Z', '+00:00', ''] as const;

/** The forms of a timestamp; the empty one is PostgreSQL's own text. */
export const TIME_FORMS: readonly FieldForms['time'][] = [
  ...SUFFIXES.flatMap((suffix) => DIGITS.map((digits) => ({ timestamp: { digits, suffix } }))),
  {},
  { epoch: 'milliseconds' },
  { epoch: 'seconds' },
  { epoch: 'microseconds' },
];

const JSON_STYLES: readonly JsonStyle[] = [
  { sorted: true },
  {},
  { rfc8785: true },
  { sorted: true, spacing: 'spaced', ascii: true },
  { sorted: true, spacing: 'spaced' },
];

/** The forms of a json or jsonb column inside a text. */
export const JSON_FORMS: readonly FieldForms['json'][] = [{}, ...JSON_STYLES.map((json) => ({ json }))];

/** The forms of a bytea column. */
export const BYTES_FORMS: readonly FieldForms['bytes'][] = [{ as: 'hex' }, {}, { as: 'bytes' }];

/** What stands for NULL between separators: a text, or null where it is left out together with its separator. */
export const NULL_FORMS: readonly (string | null)[] = ['', null, '\\N', 'NULL', 'null', 'None', '-'];

/** Which kind of form a column has. */
export function kindOf({ type }: FactColumn): keyof FieldForms | null {
  if (type === 'timestamptz' || type === 'timestamp') return 'time';
  if (type === 'json' || type === 'jsonb') return 'json';
  return type === 'bytea' ? 'bytes' : null;
}

/** A column as a field. */
export function fieldOf(column: FactColumn, forms: FieldForms): ColumnField {
  const kind = kindOf(column);
  return { column: column.name, ...(kind === null ? {} : forms[kind]) };
}

/** The same format with the other forms of timestamps and of NULL: what one row cannot tell apart, more rows can. */
export function* siblings(format: ChainFormat): Generator<ChainFormat> {
  for (const time of TIME_FORMS) {
    if ('json' in format) {
      for (const omits of [false, true])
        yield eachColumn(format, (field) => withNull(inTime(field, time), null, omits));
      continue;
    }
    for (const whenNull of NULL_FORMS) {
      yield skipping(
        eachColumn(format, (field) => withNull(inTime(field, time), whenNull, false)),
        whenNull === null,
      );
    }
  }
}

function inTime(field: ColumnField, time: FieldForms['time']): ColumnField {
  const { timestamp, epoch, ...rest } = field;
  return timestamp === undefined && epoch === undefined ? field : { ...rest, ...time };
}

/** A column whose NULL is written in a form. */
export function withNull(field: ColumnField, whenNull: string | null, omits: boolean): ColumnField {
  const { null: _null, omitNull: _omit, ...rest } = field;
  return {
    ...rest,
    ...(whenNull === null || whenNull === '' ? {} : { null: whenNull }),
    ...(omits ? { omitNull: true } : {}),
  };
}

function skipping(format: ChainFormat, skips: boolean): ChainFormat {
  if (!('separator' in format)) return format;
  const { skipNull: _skip, ...rest } = format;
  const joined: JoinedFormat = { ...rest, ...(skips ? { skipNull: true } : {}) };
  return joined;
}

/** The same format with every column's field changed. */
export function eachColumn<Format extends ChainFormat>(
  format: Format,
  change: (field: ColumnField) => ColumnField,
): Format {
  if (!('fields' in format)) return format;
  const fields = format.fields.map((field): ChainField => {
    if ('column' in field) return change(field);
    return 'digest' in field
      ? { ...field, digest: { ...field.digest, of: eachColumn(field.digest.of, change) } }
      : field;
  });
  return { ...format, fields };
}
