import { describe, expect, it } from 'vitest';
import { parseWritten, writeJson } from './json-text.ts';

const written = (text: string, style: Parameters<typeof writeJson>[1]): string => writeJson(parseWritten(text), style);

describe('writeJson', () => {
  const text = '{"b": 1.10, "a": {"z": [1e2, true, null], "é": "\u{1F600}\\n"}}';

  it('keeps numbers as they were written, and the order of keys', () => {
    expect(written(text, {})).toBe('{"b":1.10,"a":{"z":[1e2,true,null],"é":"\u{1F600}\\n"}}');
    expect(written('123456789012345678901234567890.10', {})).toBe('123456789012345678901234567890.10');
  });

  it('sorts keys at all levels by code point, and spaces them as Python does', () => {
    expect(written(text, { sorted: true, spacing: 'spaced', ascii: true })).toBe(
      String.raw`{"a": {"z": [1e2, true, null], "\u00e9": "\ud83d\ude00\n"}, "b": 1.10}`,
    );
    expect(written('{"\u{1F600}": 1, "\uFFFD": 2}', { sorted: true })).toBe('{"\uFFFD":2,"\u{1F600}":1}');
  });

  it('writes as json_build_object does: another colon outside than inside', () => {
    expect(written('{"a": {"b": 1}, "c": [1, 2]}', { spacing: 'record' })).toBe('{"a" : {"b": 1}, "c" : [1, 2]}');
  });

  // RFC 8785, section 3.2.3 and appendix B.
  it('writes the JSON Canonicalization Scheme', () => {
    expect(
      written('{"\u20ac": "Euro Sign", "\\r": "CR", "1": 1e30, "n": 4.50, "m": 333333333.33333329}', { rfc8785: true }),
    ).toBe('{"\\r":"CR","1":1e+30,"m":333333333.3333333,"n":4.5,"\u20ac":"Euro Sign"}');
  });

  it('tells a number from an object that holds one', () => {
    expect(written('{"number": "1", "__proto__": 2}', {})).toBe('{"number":"1","__proto__":2}');
  });
});
