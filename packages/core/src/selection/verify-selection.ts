import { UsageError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';
import { sameSelection, selectionText } from './table-selection.ts';
import type { TableSelection } from './table-selection.ts';

/**
 * The tables of a judgement with stored manifests: those that the manifests hold, from the source's search path.
 *
 * @param asked what the user wants; null for what the manifests hold
 * @throws UsageError when the manifests hold different tables, or others than are wanted
 */
export function verifySelection(asked: TableSelection | null, stored: readonly Manifest[]): TableSelection | null {
  const [first, ...others] = stored.map(({ selection }) => selection ?? null);
  if (first === undefined) return asked;
  for (const other of others) {
    if (sameSelection(first, other)) continue;
    throw new UsageError(
      `The two manifests hold different tables (${selectionText(first)}; ${selectionText(other)}), so they cannot be compared: capture one of them again.`,
    );
  }
  if (asked !== null && !sameSelection(first, asked)) {
    throw new UsageError(
      `The manifest holds other tables (${selectionText(first)}) than are asked for (${selectionText(asked)}). Leave the patterns out, in the config too, to compare what it holds; or capture it again with them.`,
    );
  }
  return first;
}
