import { describe, expect, it } from 'vitest';
import { addDecimals, compareDecimals } from './decimal.ts';

describe('addDecimals', () => {
  it.each([
    ['9007199254740993', '1', '9007199254740994'],
    ['1.10', '2.2', '3.30'],
    ['-0.5', '0.25', '-0.25'],
    ['-1', '1', '0'],
    ['170141183460469231731687303715884105727', '1', '170141183460469231731687303715884105728'],
  ])('adds %s and %s exactly', (left, right, sum) => {
    expect(addDecimals(left, right)).toBe(sum);
  });

  it.each(['NaN', 'Infinity', '1e3', '', '1.', 'x'])('refuses %j, which cannot be merged exactly', (text) => {
    expect(() => addDecimals(text, '1')).toThrow(RangeError);
  });
});

describe('compareDecimals', () => {
  it('orders by value, whatever the scale', () => {
    expect(compareDecimals('1.10', '1.1')).toBe(0);
    expect(compareDecimals('-2', '1')).toBeLessThan(0);
    expect(compareDecimals('10', '9.99')).toBeGreaterThan(0);
  });
});
