import { CannotVerifyError, DatabaseError, DrillFailure, UsageError } from '@pgdrill/core';
import { describe, expect, test } from 'vitest';
import { errorText, exitStatusOf, exitStatusUnwritten } from './exit.ts';

const running = new AbortController().signal;
const interrupted = AbortSignal.abort(new Error('SIGINT'));

describe('exitStatusOf', () => {
  test.each([0, 1, 2, 3, 130] as const)('passes on the status %d that a task returned', (status) => {
    expect(exitStatusOf({ returned: status }, running)).toBe(status);
  });

  test.each([
    [2, new UsageError('')],
    [3, new CannotVerifyError('')],
    [3, new DatabaseError('28P01', '')],
    [1, new DrillFailure('restore/failed', '')],
    [3, new TypeError('')],
    [3, 'not even an error'],
  ])('gives %d for %o', (status, error) => {
    expect(exitStatusOf({ threw: error }, running)).toBe(status);
  });

  test('gives 130 for whatever an interrupted task was in the middle of', () => {
    expect(exitStatusOf({ threw: new DatabaseError(null, '') }, interrupted)).toBe(130);
  });
});

test('exitStatusUnwritten: a pass that nobody can read is none, and nothing else becomes better', () => {
  expect(([0, 1, 3, 130] as const).map(exitStatusUnwritten)).toEqual([3, 1, 3, 130]);
});

describe('errorText', () => {
  test('is the message alone for what was to be expected', () => {
    expect(errorText(new UsageError('Give one.'), false)).toBe('pgdrill: Give one.');
  });

  test('owns up to a defect and says how to see more', () => {
    expect(errorText(new TypeError('x is undefined'), false).split('\n')).toEqual([
      'pgdrill: x is undefined',
      'This is a defect of pgdrill or of a plug-in; please report it.',
      'Set PGDRILL_DEBUG=1 and run it again to see where it happened.',
    ]);
  });

  test('shows stacks with their causes when debugging, and no other property', () => {
    const cause = Object.assign(new TypeError('inner'), { input: 'postgresql://u:secret@h' });
    const text = errorText(new UsageError('outer', { cause }), true);
    expect(text).toMatch(/outer\n\s+at [\s\S]*inner\n\s+at /);
    expect(text).not.toContain('secret');
  });
});
