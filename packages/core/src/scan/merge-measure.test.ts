import { describe, expect, it } from 'vitest';
import { mergeMeasure } from './merge-measure.ts';

describe('mergeMeasure', () => {
  it('sums, and takes the least and the greatest by value', () => {
    expect(mergeMeasure('sum', '9', '10')).toBe('19');
    expect(mergeMeasure('min', '9', '10')).toBe('9');
    expect(mergeMeasure('max', '9', '10')).toBe('10');
  });

  it('puts lists one behind the other', () => {
    expect(mergeMeasure('list', 'a b', 'c')).toBe('a b c');
  });

  it.each(['sum', 'min', 'max', 'list'] as const)('leaves %s as it is where the other part had no rows', (rule) => {
    expect(mergeMeasure(rule, null, '3')).toBe('3');
    expect(mergeMeasure(rule, '3', null)).toBe('3');
    expect(mergeMeasure(rule, null, null)).toBeNull();
  });
});
