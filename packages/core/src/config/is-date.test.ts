import { expect, test } from 'vitest';
import { isDate } from './is-date.ts';

test.each(['2026-12-31', '2028-02-29', '0001-01-01'])('isDate takes %s', (text) => {
  expect(isDate(text)).toBe(true);
});

test.each(['2026-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-1-1', '2026-12-31T00:00', ' 2026-12-31', ''])(
  'isDate refuses %j',
  (text) => {
    expect(isDate(text)).toBe(false);
  },
);
