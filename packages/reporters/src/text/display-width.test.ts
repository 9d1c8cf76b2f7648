import { describe, expect, test } from 'vitest';
import { cutTo, displayWidth, padTo } from './display-width.ts';

describe('displayWidth', () => {
  test.each([
    ['abc', 3],
    ['Größe', 5],
    ['e\u0301', 1],
    ['日本', 4],
    ['한국', 4],
    ['🧨', 2],
    ['👩‍👩‍👧', 2],
    ['✓ …', 3],
    ['\u200b', 0],
  ])('%s takes %d columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});

describe('padTo and cutTo', () => {
  test('count columns, not characters', () => {
    expect(padTo('日本', 6)).toBe('日本  ');
    expect(padTo('日本', 6, 'right')).toBe('  日本');
    expect(cutTo('日本語', 4)).toBe('日…');
    expect(cutTo('abc', 3)).toBe('abc');
  });
});
