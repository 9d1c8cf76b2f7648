import type { LogLine } from '@pgdrill/core';
import { describe, expect, test } from 'vitest';
import { clientLog } from './client-log.ts';
import { severityOf } from './classify.ts';

describe('severityOf', () => {
  test.each([
    ['pg_dump: error: query failed: FEHLER:  keine Berechtigung', 'error'],
    ['pg_restore: warning: errors ignored on restore: 2', 'warning'],
    ['pg_dump: hint: Try "pg_dump --help" for more information.', 'info'],
    ['psql:/tmp/x y/backup.sql:12: ERROR:  42P07: relation "t" already exists', 'error'],
    ['psql:/tmp/backup.sql:12: FEHLER:  42P07: Relation »t« existiert bereits', 'error'],
    ['psql:/tmp/backup.sql:12: HINWEIS:  00000: nichts', 'info'],
    ['psql:/tmp/backup.sql:12: WARNUNG:  01000: etwas', 'warning'],
    ['psql:/tmp/backup.sql:9: error: invalid command \\restrict', 'error'],
    ['WARNING:  database has a collation version mismatch', 'warning'],
    ['psql:/b.sql:9: WARNING:  55000: wal_level is insufficient to publish logical changes', 'warning'],
    ['pg_restore: WARNUNG:  Subskription wurde erstellt, aber nicht verbunden', 'warning'],
    ['pg_restore: HINT:  Set it.', 'info'],
    ['Command was: CREATE TABLE t (error text);', 'info'],
    ['DETAIL:  an error', 'info'],
    [`/usr/lib/x/pg_dump: unrecognized option '--y'`, 'error'],
    ['/bin/sh: 1: /x/pg_dump: not found', 'error'],
  ])('%s is %s', (line, severity) => {
    expect(severityOf(line)).toBe(severity);
  });
});

describe('clientLog', () => {
  test('keeps the first and the last 500 lines, and says how many are left out', () => {
    const told: LogLine[] = [];
    const log = clientLog('pg_restore', [], (line) => told.push(line));
    for (let line = 1; line <= 10_000; line += 1) log.add(`pg_restore: error: number ${line}`);
    const kept = log.lines();
    expect(kept).toHaveLength(1001);
    expect([kept[0]?.text, kept[499]?.text, kept[500]?.text, kept[501]?.text, kept[1000]?.text]).toEqual([
      'pg_restore: error: number 1',
      'pg_restore: error: number 500',
      '(9000 lines are left out here)',
      'pg_restore: error: number 9501',
      'pg_restore: error: number 10000',
    ]);
    expect(log.errors).toBe(10_000);
    expect(told).toHaveLength(500);
  });

  test('passes over what pg_restore tells of its progress', () => {
    const log = clientLog('pg_restore', [], () => {});
    for (const line of [
      'pg_restore: connecting to database for restore',
      'pg_restore: creating TABLE "public.orders"',
      'pg_restore: from TOC entry 215; 1259 16957 TABLE orders ann',
      'pg_restore: warning: errors ignored on restore: 1',
    ]) {
      log.add(line);
    }
    expect(log.lines().map(({ text }) => text)).toEqual([
      'pg_restore: from TOC entry 215; 1259 16957 TABLE orders ann',
      'pg_restore: warning: errors ignored on restore: 1',
    ]);
  });

  test('keeps every one of 1000 lines, in order', () => {
    const log = clientLog('psql', [], () => {});
    for (let line = 1; line <= 1000; line += 1) log.add(`line ${line}`);
    expect(log.lines().map(({ text }) => text)).toEqual(
      Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`),
    );
  });

  test('leaves out the further lines of a column value that holds line breaks, and nothing after it', () => {
    const log = clientLog('pg_restore', [], () => {});
    for (const line of [
      'pg_restore: error: COPY failed for table "people": ERROR:  invalid input syntax for type integer: "my',
      'secret diary"',
      'CONTEXT:  COPY people, line 3, column age: "my',
      'secret diary"',
      'pg_restore: warning: errors ignored on restore: 1',
    ]) {
      log.add(line);
    }
    const texts = log.lines().map(({ text }) => text);
    expect(texts.join('\n')).not.toMatch(/my|diary/);
    expect(texts.at(-1)).toBe('pg_restore: warning: errors ignored on restore: 1');
    expect(log.errors).toBe(1);
  });
});
