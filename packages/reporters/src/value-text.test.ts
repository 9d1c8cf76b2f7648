import { describe, expect, test } from 'vitest';
import type { Json } from '@pgdrill/core';
import { valueText } from './value-text.ts';

describe('valueText', () => {
  test.each<[Json, string]>([
    [null, '—'],
    [24, '24'],
    [1_204_331, '1,204,331'],
    [1.5, '1.5'],
    ['1204331', '1204331'],
    ['', '""'],
    [true, 'true'],
    [{ rows: 24, 'first break': null }, 'rows 24 · first break —'],
    [{ names: ['a', 'b'], at: { x: 1_000 } }, 'names ["a","b"] · at {"x":1000}'],
    [[1, null], '[1,null]'],
    [{}, '{}'],
    ['a\n::error::', 'a : :error::'],
  ])('%j is %s', (value, expected) => {
    expect(valueText(value)).toBe(expected);
  });

  test('survives nesting that JSON.stringify does not', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as Json;
    expect(valueText({ deep }).length).toBeLessThan(21_000);
  });
});
