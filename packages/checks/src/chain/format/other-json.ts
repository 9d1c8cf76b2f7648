import type { ChainField, ChainFormat, JsonStyle } from '@pgdrill/core';

/** The ways in which JSON is commonly written. */
const STYLES: readonly JsonStyle[] = [
  {},
  { spacing: 'spaced' },
  { sorted: true },
  { sorted: true, spacing: 'spaced' },
  { sorted: true, spacing: 'spaced', ascii: true },
];

/** The same format with its JSON columns written in other ways: none where it has no JSON column. */
export function withOtherJson(format: ChainFormat, typeOf: (column: string) => string): readonly ChainFormat[] {
  if (!('fields' in format) || !format.fields.some((field) => isJson(field, typeOf))) return [];
  return STYLES.map((json) => ({
    ...format,
    fields: format.fields.map((field) => (isJson(field, typeOf) ? { ...field, json } : field)),
  }));
}

/** Does a field hold JSON, in whatever form it is hashed? */
export function isJson(field: ChainField, typeOf: (column: string) => string): boolean {
  return 'column' in field && (field.json !== undefined || ['json', 'jsonb'].includes(typeOf(field.column)));
}
