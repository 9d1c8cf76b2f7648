import { describe, expect, test } from 'vitest';
import { lieOf } from './lie.ts';

const ending = { tool: 'pg_restore', status: 0, errors: 0, ignored: 0, parallel: false };

describe('lieOf', () => {
  test.each([
    [{ status: 0 }, null],
    [{ status: 1, errors: 3, ignored: 3 }, null],
    [{ status: 1, errors: 1 }, null],
    [{ status: 1, errors: 5, ignored: 4, parallel: true }, null],
    [{ status: 0, errors: 30 }, 'pg_restore ended with status 0 after 30 errors.'],
    [{ status: 1, errors: 2, ignored: 3 }, 'pg_restore says that it ignored 3 errors, and its lines tell of 2.'],
    [{ status: 1, errors: 0, ignored: 1 }, 'pg_restore says that it ignored 1 error, and its lines tell of 0.'],
    [{ status: 9 }, 'pg_restore ended with status 9, and no line says why.'],
  ])('of %j is %j', (changes, what) => {
    expect(lieOf({ ...ending, ...changes })?.what ?? null).toBe(what);
  });
});
