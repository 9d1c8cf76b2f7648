import { createHash } from 'node:crypto';
import type { ObserveContext } from '@pgdrill/core';

type Types = ReadonlyMap<string, string>;

/**
 * How a report may show the keys in a column: integers and uuids as they are, others as a short hash, unless the config reveals them.
 *
 * @param types PostgreSQL's own names of the columns' types
 */
export function keyShower(types: Types, column: string, reveal: ObserveContext['reveal']): (key: string) => string {
  return reveal === 'keys' || isSurrogate(types, column) ? (key) => key : shortHash;
}

/** How a report may show scopes, which are texts from `scopeOf`: as `keyShower` has it, when that goes for all columns. */
export function scopeShower(
  types: Types,
  columns: readonly string[],
  reveal: ObserveContext['reveal'],
): (scope: string) => string {
  const shows = reveal === 'keys' || columns.every((column) => isSurrogate(types, column));
  return (scope) => {
    if (scope === '') return '';
    if (!shows) return shortHash(scope);
    return (JSON.parse(scope) as readonly (string | null)[]).map((value) => value ?? 'NULL').join(', ');
  };
}

function isSurrogate(types: Types, column: string): boolean {
  return ['int2', 'int4', 'int8', 'uuid'].includes(types.get(column) ?? '');
}

function shortHash(text: string): string {
  return `#${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}
