import { describe, expect, test } from 'vitest';
import { hang, wrap } from './wrap.ts';

describe('wrap', () => {
  test('breaks between facts, else between words, else anywhere', () => {
    expect(wrap('rows 24 · first break none · x', 20)).toEqual(['rows 24', 'first break none · x']);
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('日本語日本語', 4)).toEqual(['日本', '語日', '本語']);
    expect(wrap('', 10)).toEqual(['']);
  });

  test('keeps spaces inside a line', () => {
    expect(wrap('a  b', 10)).toEqual(['a  b']);
  });
});

describe('hang', () => {
  test('sets further lines under the first', () => {
    expect(hang('note: ', 'aaaa bbbb cccc dddd eeee', 26)).toEqual(['note: aaaa bbbb cccc dddd', '      eeee']);
  });
});
