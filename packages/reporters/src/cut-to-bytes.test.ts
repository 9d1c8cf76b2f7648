import { expect, test } from 'vitest';
import { cutToBytes } from './cut-to-bytes.ts';

test('cutToBytes keeps what fits and never half a character', () => {
  expect(cutToBytes('abc', 3)).toBe('abc');
  expect(cutToBytes('abcd', 3)).toBe('abc');
  expect([1, 2, 3, 4, 5].map((bytes) => cutToBytes('é🧨', bytes))).toEqual(['', 'é', 'é', 'é', 'é']);
  expect(cutToBytes('é🧨', 6)).toBe('é🧨');
});
