import type { Measure } from '../check.ts';
import { addDecimals, compareDecimals } from './decimal.ts';

/**
 * Merges the partial results of two parts of one table. The order of the parts does not matter; null (no row contributed) changes nothing.
 *
 * @throws RangeError when a value is no integer or plain decimal
 */
export function mergeMeasure(rule: Measure['merge'], left: string | null, right: string | null): string | null {
  if (left === null) return right;
  if (right === null) return left;
  if (rule === 'list') return `${left} ${right}`;
  if (rule === 'sum') return addDecimals(left, right);
  const leftFirst = compareDecimals(left, right) <= 0;
  return leftFirst === (rule === 'min') ? left : right;
}
