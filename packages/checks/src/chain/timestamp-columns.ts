import type { ChainField, ChainFormat } from '@pgdrill/core';

/** The columns whose values are rendered as timestamps, in any of the formats. */
export function timestampColumns(formats: readonly ChainFormat[]): readonly string[] {
  return [...new Set(formats.flatMap(ofFormat))];
}

function ofFormat(format: ChainFormat): readonly string[] {
  return 'fields' in format ? format.fields.flatMap(ofField) : [];
}

function ofField(field: ChainField): readonly string[] {
  if ('digest' in field) return ofFormat(field.digest.of);
  return 'column' in field && (field.timestamp || field.epoch) ? [field.column] : [];
}
