import { expect, test } from 'vitest';

test('a suite runs on the runtime that started the run, not on the one found first', () => {
  expect('deno' in process.versions ? 'deno' : 'node').toBe(process.env['PGDRILL_TEST_RUNTIME']);
});
