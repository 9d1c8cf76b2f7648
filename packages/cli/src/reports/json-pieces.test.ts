import { expect, test } from 'vitest';
import { jsonPieces } from './json-pieces.ts';

const whole = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const joined = (value: object): string => [...jsonPieces(value)].join('');

test.each<readonly [string, object]>([
  ['nothing', {}],
  ['what is empty', { object: {}, list: [], inner: { object: {} }, text: '' }],
  ['what is left out', { first: undefined, kept: 1, inner: { only: undefined }, called: () => 1, list: [undefined] }],
  ['what is not text', { yes: true, none: null, number: 1.5, endless: Infinity, list: [1, [2, { three: 3 }]] }],
  ['what writes itself', { at: new Date(0), inner: { at: new Date(0) } }],
  ['names and texts of every kind', { 'a "b"\n\\': 'line\nline\u2028\ud800', 2: 'second', 1: 'first', Žluť: '🐘' }],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { ['__proto__']: { a: 1 }, b: {} })],
  [
    'more levels than a manifest has',
    Array.from({ length: 12 }).reduce<object>((inner) => ({ inner, list: [inner] }), {}),
  ],
])('jsonPieces: %s is written as JSON.stringify writes it', (_title, value) => {
  expect(joined(value)).toBe(whole(value));
});

test('jsonPieces: the objects of a catalogue come in pieces, as often as they are asked for', () => {
  const objects = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`public.t${index}`, { facts: { owner: 'app' }, of: 'public.t' }]),
  );
  const shard = { part: { checks: { schema: { observation: { kinds: { table: { objects } } } } } } };
  const pieces = jsonPieces(shard);
  expect([...pieces].join('')).toBe(whole(shard));
  expect([...pieces].length).toBeGreaterThan(10);
  expect(Math.max(...[...pieces].map(({ length }) => length))).toBeLessThan(100_000);
});
