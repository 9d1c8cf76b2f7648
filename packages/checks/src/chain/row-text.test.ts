import { describe, expect, it } from 'vitest';
import { isFine, rowText, timestampText } from './row-text.ts';

describe('timestampText', () => {
  it.each([
    ['2024-01-01 00:00:00.123456+00', 6, 'Z', '2024-01-01T00:00:00.123456Z'],
    ['2024-01-01 00:00:00.12+00', 6, 'Z', '2024-01-01T00:00:00.120000Z'],
    ['2024-01-01 00:00:00+00', 6, 'Z', '2024-01-01T00:00:00.000000Z'],
    ['2024-01-01 00:00:00.123456', 3, '+00:00', '2024-01-01T00:00:00.123+00:00'],
    ['2024-01-01 00:00:00.9+00', 0, 'Z', '2024-01-01T00:00:00Z'],
    ['12024-01-01 00:00:00+00', 0, 'Z', '12024-01-01T00:00:00Z'],
    ['infinity', 6, 'Z', 'infinity'],
    ['0044-03-15 00:00:00.1+00 BC', 6, 'Z', '0044-03-15 00:00:00.1+00 BC'],
    ['12024-01-01 00:00:00.1+00', 6, 'Z', '12024-01-01T00:00:00.100000Z'],
  ])('renders %s with %i digits and %s', (value, digits, suffix, text) => {
    expect(timestampText(value, digits, suffix)).toBe(text);
  });
});

describe('isFine', () => {
  it.each([
    ['2024-01-01 00:00:00.123456+00', true],
    ['2024-01-01 00:00:00.1234', true],
    ['2024-01-01 00:00:00.123+00', false],
    ['2024-01-01 00:00:00+00', false],
  ])('of %s is %s', (value, fine) => {
    expect(isFine(value)).toBe(fine);
  });
});

describe('rowText', () => {
  const text = rowText({
    format: {
      separator: '|',
      fields: [
        { column: 'a' },
        { prev: true },
        { column: 'b', null: '-' },
        { column: 'c', timestamp: { digits: 3, suffix: 'Z' } },
      ],
    },
    prev: { column: 'prev', genesis: { stored: null, hashed: 'GENESIS' } },
  });

  it('joins prev and fields, with the genesis and NULL as the format says', () => {
    expect(text({ f0: null, f2: null, f3: null }, null)).toBe('|GENESIS|-|');
    expect(text({ f0: 'x|y', f2: '', f3: '2024-01-01 00:00:00.12+00' }, 'h')).toBe('x|y|h||2024-01-01T00:00:00.120Z');
  });
});
