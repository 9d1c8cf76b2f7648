import type { ChainConfig, ChainFormat } from '@pgdrill/core';
import type { ChainGuess } from './chain-guess.ts';
import { eachColumn, withNull } from './field-forms.ts';
import { hmacOf } from './hash-way.ts';
import type { FoundFormats } from './search-formats.ts';
import type { TableFacts } from './table-facts.ts';

/** What was found as a config would say it. */
export function describeChain(
  { name, columns, primaryKey }: TableFacts,
  { hash, prev, scope, order, stored }: ChainGuess,
  { algorithm, formats, way }: FoundFormats,
  hashed: string | null,
): ChainConfig {
  const [key] = primaryKey.length === 1 ? primaryKey : [];
  const canBeNull = new Set(columns.filter(({ notNull }) => !notNull).map((column) => column.name));
  const [format, ...others] = formats.map((found) =>
    eachColumn(found, (field) => (canBeNull.has(field.column) ? field : withNull(field, null, false))),
  );
  return {
    table: name,
    ...(key === undefined || key === order[0] ? {} : { key }),
    ...(scope.length === 0 ? {} : { scope }),
    ...(order.length === 0 ? {} : { order }),
    hash: {
      column: hash.name,
      algorithm,
      encoding: hash.encoding,
      ...(way.charset === 'utf8' ? {} : { charset: way.charset }),
      ...(way.key === null ? {} : { hmac: hmacOf(way.key) }),
    },
    prev: prev === null ? { genesis: { hashed } } : { column: prev.name, genesis: { stored, hashed } },
    ...(format === undefined ? {} : { format: others.length === 0 ? format : [format, ...others] }),
  };
}

/** Columns that no hash covers. */
export function uncoveredColumns({ columns }: TableFacts, { hash, prev, format }: ChainConfig): readonly string[] {
  const formats = format === undefined ? [] : isList(format) ? format : [format];
  const covered = new Set([hash?.column, prev?.column, ...formats.flatMap(columnsOf)]);
  return columns.map(({ name }) => name).filter((name) => !covered.has(name));
}

function isList(format: ChainFormat | readonly ChainFormat[]): format is readonly ChainFormat[] {
  return Array.isArray(format);
}

function columnsOf(format: ChainFormat): readonly string[] {
  if ('stored' in format) return [format.stored];
  if (!('fields' in format)) return [];
  return format.fields.flatMap((field) => {
    if ('column' in field) return [field.column];
    return 'digest' in field ? columnsOf(field.digest.of) : [];
  });
}
