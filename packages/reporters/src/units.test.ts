import { describe, expect, test } from 'vitest';
import { bytesText, countText, durationText, timeText, wholeText } from './units.ts';

describe('bytesText', () => {
  test.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KiB'],
    [12_731, '12.4 KiB'],
    [1_048_575, '1.0 MiB'],
    [1_048_576, '1.0 MiB'],
    [5_368_709_120, '5.0 GiB'],
    [1e21, '888178.4 PiB'],
  ])('%d is %s', (bytes, expected) => {
    expect(bytesText(bytes)).toBe(expected);
  });
});

describe('durationText', () => {
  test.each([
    [0, '<1 ms'],
    [0.0031, '3 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1.0 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 00 s'],
    [192, '3 min 12 s'],
    [3_599.6, '1 h 00 min'],
    [3_840, '1 h 04 min'],
    [360_000, '100 h 00 min'],
  ])('%d seconds are %s', (seconds, expected) => {
    expect(durationText(seconds)).toBe(expected);
  });
});

describe('wholeText and countText', () => {
  test('set thousands apart, also of negative numbers', () => {
    expect([0, 999, 1_000, 1_204_331, -12_345].map(wholeText)).toEqual(['0', '999', '1,000', '1,204,331', '-12,345']);
  });

  test('use the singular for one', () => {
    expect([0, 1, 2_000].map((count) => countText(count, 'check'))).toEqual(['0 checks', '1 check', '2,000 checks']);
  });
});

describe('timeText', () => {
  test('shows an instant in UTC to the second, and refuses anything else', () => {
    expect(timeText('2026-11-23T07:00:03.120Z')).toBe('2026-11-23 07:00:03 UTC');
    expect(timeText('2026-11-23T07:00:03.120Z\n::error::')).toBeNull();
  });
});
