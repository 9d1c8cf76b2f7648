import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { parseNamePattern } from './name-pattern.ts';

describe('parseNamePattern', () => {
  it.each([
    ['Orders', null, '^(orders)$'],
    ['"Orders"', null, '^(Orders)$'],
    ['app.ord*', '^(app)$', '^(ord.*)$'],
    ['ap?.*', '^(ap.)$', '^(.*)$'],
    ['"a.b"', null, '^(a\\.b)$'],
    ['"a.b".c', '^(a\\.b)$', '^(c)$'],
    ['x$y', null, '^(x\\$y)$'],
    ['"x$*?"', null, '^(x\\$\\*\\?)$'],
    ['"say ""hi"""', null, '^(say "hi")$'],
    ['"A"b"C"', null, '^(AbC)$'],
    ['(a|B)[0-9]+', null, '^((a|b)[0-9]+)$'],
    ['a[]', null, '^(a\\[])$'],
    ['"[]"', null, '^(\\[\\])$'],
    ['.a', '^()$', '^(a)$'],
    ['ÄÖ', null, '^(ÄÖ)$'],
    ['"🧨"', null, '^(🧨)$'],
  ])('reads %s as pg_dump does', (pattern, schema, relation) => {
    expect(parseNamePattern(pattern)).toEqual({ schema, relation });
  });

  it.each([
    ['"open', /double quote that is not closed/],
    ['db.app.orders', /has 3 parts.*Leave the database out/],
  ])('refuses %s', (pattern, message) => {
    expect(() => parseNamePattern(pattern)).toThrow(UsageError);
    expect(() => parseNamePattern(pattern)).toThrow(message);
  });
});
