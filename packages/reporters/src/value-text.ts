import type { Json } from '@pgdrill/core';
import { singleLine } from './single-line.ts';
import { wholeText } from './units.ts';

/** What stands for null. */
export const NOTHING = '—';

/**
 * A fact of a report as one safe line: `24`, `1,000,000`, `rows 24 · firstBreak —`, `["a","b"]`.
 *
 * @param limit in UTF-16 code units
 */
export function valueText(value: Json, limit?: number): string {
  return singleLine(written(value), limit);
}

function written(value: Json): string {
  if (value === null) return NOTHING;
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? wholeText(value) : String(value);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) return asJson(value);
  const facts = Object.entries(value).filter(([, fact]) => fact !== undefined) as readonly (readonly [string, Json])[];
  return facts.length === 0 ? '{}' : facts.map(([name, fact]) => `${name} ${inner(fact)}`).join(' · ');
}

function inner(value: Json): string {
  return value !== null && typeof value === 'object' ? asJson(value) : written(value);
}

function asJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON that is nested some thousand levels deep can be read, but not written: the engine's stack ends first.
    return '(nested too deeply to be shown)';
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
