import { describe, expect, test } from 'vitest';
import { identity, onceOnly } from './identity.ts';

describe('identity', () => {
  test('is the text itself where that is harmless', () => {
    for (const name of ['public.orders', 'public.日本', "public.it's", 'a::b']) expect(identity(name)).toBe(name);
  });

  test('is what is left, with a digest of the original, where it is not', () => {
    expect(identity('a<b')).toMatch(/^a_b~[0-9a-f]{8}$/);
    expect(identity('a<b')).not.toBe(identity('a>b'));
    expect(identity('a<b')).toBe(identity('a<b'));
    expect(identity('')).toMatch(/^~[0-9a-f]{8}$/);
    expect(new TextEncoder().encode(identity('日'.repeat(1_000))).length).toBeLessThanOrEqual(700);
  });
});

describe('onceOnly', () => {
  test('hands out no name twice', () => {
    const once = onceOnly();
    const given = ['a', 'a', 'a~2', 'a', 'b', 'a~2'].map(once);
    expect(given.slice(0, 2)).toEqual(['a', 'a~2']);
    expect(new Set(given).size).toBe(given.length);
  });
});
