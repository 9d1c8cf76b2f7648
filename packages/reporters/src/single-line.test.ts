import { describe, expect, test } from 'vitest';
import { breakCommands, singleLine } from './single-line.ts';

describe('singleLine', () => {
  test('leaves ordinary text as it is, in every script', () => {
    for (const text of ['public.orders', 'Größe 日本語 🧨 é', '', 'a::b', 'SELECT x::text', '#1 ##']) {
      expect(singleLine(text)).toBe(text);
    }
  });

  test('removes escape sequences with their payload', () => {
    expect(singleLine('\u001b[31mred\u001b[0m')).toBe('red');
    expect(singleLine('\u001b]8;;https://evil.example\u0007link\u001b]8;;\u001b\\')).toBe('link');
    expect(singleLine('\u001bPq#0\u001b\\x\u009b2Jy\u001b(Bz')).toBe('xyz');
  });

  test('removes control, bidirectional and hidden characters, and what an unfinished sequence leaves', () => {
    expect(singleLine('a\u0000\u0007\u001b\u007f\u0085\u202eb\u2066\ufeff\u{e0041}c\ufffe')).toBe('a bc');
  });

  test('turns any line break into one space', () => {
    expect(singleLine('a\r\n\tb\u2028c')).toBe('a b c');
  });

  test('replaces lone surrogates and keeps pairs', () => {
    expect(singleLine('\ud83e\udde8 \ud83e \udde8')).toBe('🧨 \ufffd \ufffd');
  });

  test('breaks up what a CI runner would execute', () => {
    expect(singleLine('::error::x')).toBe(': :error::x');
    expect(singleLine('a\n::add-mask::x')).toBe('a : :add-mask::x');
    expect(singleLine(':::stop')).toBe(': : :stop');
    expect(singleLine('a ##[error]x ##vso[task] ###[group]')).toBe('a ## [error]x ## vso[task] ### [group]');
    // What is removed must not make a command of what remains.
    expect(singleLine('#\u0000#[error]\u0000')).toBe('## [error]');
    expect(singleLine('\u001b[0m::error::x')).toBe(': :error::x');
  });

  test('cuts long text and says how much, without tearing a character apart', () => {
    expect(singleLine('abcdef', 4)).toBe('abcd… (2 more characters)');
    expect(singleLine('abc🧨', 4)).toBe('abc… (2 more characters)');
  });

  test.each(['\u001b]', '\u001b[', '\u001b[;', '\u001bP', ':', '#'])('is fast on 2 MB of %j', (piece) => {
    const begun = performance.now();
    singleLine(piece.repeat(1_000_000));
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe('breakCommands', () => {
  test('is stable: a second time changes nothing', () => {
    const once = breakCommands('  :::: ##[a] ::b ###vso[c]');
    expect(breakCommands(once)).toBe(once);
    expect(once).not.toMatch(/^\s*::|##\w*\[/);
  });
});
