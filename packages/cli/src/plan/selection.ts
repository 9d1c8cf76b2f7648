import type { TableSelection } from '@pgdrill/core';
import { notEmpty, type CaptureOptions } from '../options.ts';
import type { Settings } from './settings.ts';

/**
 * The patterns of the options, else those of the config; null when there are none.
 *
 * @throws UsageError for an empty pattern
 */
export function plannedSelection(options: CaptureOptions, { config }: Settings): TableSelection | null {
  for (const pattern of options.table ?? []) notEmpty('--table', pattern);
  for (const pattern of options.excludeTable ?? []) notEmpty('--exclude-table', pattern);
  const tables = options.table ?? config.tables ?? [];
  const excludeTables = options.excludeTable ?? config.excludeTables ?? [];
  if (tables.length === 0 && excludeTables.length === 0) return null;
  return { tables, excludeTables, searchPath: null };
}
