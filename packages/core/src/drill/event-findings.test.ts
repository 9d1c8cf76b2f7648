import { describe, expect, test } from 'vitest';
import type { ReportEvent } from '../report.ts';
import { eventFindings } from './event-findings.ts';

const event: ReportEvent = {
  phase: 'restore',
  tool: 'pg_restore',
  severity: 'error',
  class: 'lost',
  id: 'role-missing',
  text: 'ERROR:  role "ann" does not exist',
  times: 1,
  object: 'table public.orders',
  names: ['public.orders'],
  part: 'owner',
  what: 'its owner is another',
  why: 'A role is missing.',
};

describe('eventFindings', () => {
  test('names the object, what became of it, why, and what the tool said', () => {
    expect(eventFindings([event])).toEqual([
      {
        code: 'restore/lost',
        severity: 'error',
        subject: 'table public.orders',
        expected: null,
        actual: null,
        message:
          'table public.orders: its owner is another. A role is missing. pg_restore said: ERROR:  role "ann" does not exist',
      },
    ]);
  });

  test.each<[Partial<ReportEvent>, string, string]>([
    [{ class: 'unknown', phase: 'backup' }, 'backup/unknown-message', 'table public.orders'],
    [{ class: 'lied', object: null }, 'restore/exit-code-lied', 'restore'],
    [{ object: null, phase: 'backup' }, 'backup/lost', 'backup'],
  ])('of %j is %s about %s', (changes, code, subject) => {
    expect(eventFindings([{ ...event, ...changes }])).toMatchObject([{ code, subject, severity: 'error' }]);
  });

  test.each([
    ['pg_restore: error: could not execute query: ERROR:  no', 'could not execute query: ERROR:  no'],
    ['pg_dump: warning: could not parse proargnames array', 'could not parse proargnames array'],
    [
      'psql:/tmp/pgdrill-x/b.sql:28: ERROR:  42704: role "ann" does not exist',
      'ERROR:  42704: role "ann" does not exist',
    ],
    ['psql:/tmp/pgdrill-x/b.sql:28: error: invalid command', 'invalid command'],
    [
      'WARNING:  database "d" has a collation version mismatch',
      'WARNING:  database "d" has a collation version mismatch',
    ],
  ])('quotes %s without the beginning', (text, quoted) => {
    expect(eventFindings([{ ...event, text }])[0]?.message).toBe(
      `table public.orders: its owner is another. A role is missing. pg_restore said: ${quoted}`,
    );
  });

  test('says how often, and finds nothing in what is harmless', () => {
    expect(eventFindings([{ ...event, times: 12 }])[0]?.message).toContain('pg_restore said (12 times): ');
    expect(eventFindings([{ ...event, class: 'harmless' }])).toEqual([]);
  });
});
