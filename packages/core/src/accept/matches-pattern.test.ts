import { describe, expect, test } from 'vitest';
import { matchesPattern } from './matches-pattern.ts';

describe('matchesPattern', () => {
  test.each([
    ['public.orders', 'public.orders'],
    ['public.orders', '*'],
    ['', '*'],
    ['', ''],
    ['public.orders', 'public.*'],
    ['public.orders', '*.orders'],
    ['public.orders', 'p*c.o*s'],
    ['public.orders', '**orders*'],
    ['privileges/owner-differs', 'privileges/*'],
    ['a\nb', 'a*b'],
    ['abab', 'ab*ab'],
    ['public.ordersXorders', '*orders'],
  ])('%j fits %j', (text, pattern) => {
    expect(matchesPattern(text, pattern)).toBe(true);
  });

  test.each([
    ['public.orders', 'orders'],
    ['public.orders', 'public'],
    ['public.orders', 'public.*x'],
    ['publicxorders', 'public.orders'],
    ['Public.orders', 'public.*'],
    ['aba', 'ab*ba'],
    ['abc', 'a*b*b*c'],
    ['abc', 'abc*c'],
    ['x', ''],
  ])('%j does not fit %j', (text, pattern) => {
    expect(matchesPattern(text, pattern)).toBe(false);
  });
});
