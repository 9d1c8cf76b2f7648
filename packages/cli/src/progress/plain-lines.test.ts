import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ShownEvent } from './activity.ts';
import { plainLines } from './plain-lines.ts';

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-24T07:00:03.250Z') }));
afterEach(() => vi.useRealTimers());

const restoring: ShownEvent = { type: 'phase-start', phase: 'restore' };

describe('plainLines', () => {
  test('writes a line when a phase begins and ends, and every five seconds in between', () => {
    const lines: string[] = [];
    const display = plainLines((line) => lines.push(line));
    display.listen(restoring);
    vi.advanceTimersByTime(4900);
    display.listen({ type: 'progress', phase: 'restore', label: 'pg_restore', done: 1024, total: 4096, unit: 'bytes' });
    vi.advanceTimersByTime(5200);
    display.listen({ type: 'phase-end', phase: 'restore', seconds: 10.1, bytes: 4096 });
    display.end();
    vi.advanceTimersByTime(20_000);
    expect(lines).toEqual([
      '07:00:03Z restore begins',
      '07:00:08Z restore 5.0 s  pg_restore · 1.0 KiB of 4.0 KiB · 25 % · 209 B/s · 14.7 s left',
      '07:00:13Z restore 10.0 s  pg_restore · 1.0 KiB of 4.0 KiB · 25 % · 209 B/s · 14.7 s left',
      '07:00:13Z restore ended after 10.1 s, 4.0 KiB',
    ]);
  });

  test('shows what tools say under their names, and notes', () => {
    const lines: string[] = [];
    const display = plainLines((line) => lines.push(line));
    const severity = 'warning';
    display.listen({ type: 'log', phase: 'backup', line: { tool: 'pg_dump', severity, text: 'pg_dump: warning: x' } });
    display.listen({ type: 'log', phase: 'backup', line: { tool: 'psql', severity, text: 'WARNING: y' } });
    display.listen({ type: 'note', text: 'A note.' });
    display.end();
    expect(lines.map((line) => line.slice(10))).toEqual(['pg_dump: warning: x', 'psql: WARNING: y', 'A note.']);
  });
});
