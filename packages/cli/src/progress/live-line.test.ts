import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { liveLine } from './live-line.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A terminal that remembers what was written to it. */
const terminal = (columns: number): NodeJS.WriteStream & { readonly written: string[] } => {
  const written: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      written.push(text);
      done();
    },
  });
  return Object.assign(stream, { columns, isTTY: true, written }) as unknown as ReturnType<typeof terminal>;
};

const CLEAR = '\r\u001b[2K';

describe('liveLine', () => {
  test('writes one line over and over, and leaves none', () => {
    const stream = terminal(80);
    const display = liveLine(stream);
    display.listen({ type: 'phase-start', phase: 'backup' });
    vi.advanceTimersByTime(100);
    vi.advanceTimersByTime(100);
    display.end();
    vi.advanceTimersByTime(1000);
    expect(stream.written.map(plain)).toEqual([`${CLEAR}backup 100 ms`, `${CLEAR}backup 200 ms`, CLEAR]);
  });

  test('keeps within the width of the terminal, as it is at the moment', () => {
    const stream = terminal(30);
    const display = liveLine(stream);
    display.listen({ type: 'phase-start', phase: 'backup' });
    display.listen({ type: 'progress', phase: 'backup', label: 'a'.repeat(50), done: 1, unit: 'bytes' });
    vi.advanceTimersByTime(100);
    (stream as { columns: number }).columns = 60;
    vi.advanceTimersByTime(100);
    display.end();
    expect(stream.written.map((text) => plain(text).replace(CLEAR, '').length)).toEqual([29, 59, 0]);
  });

  test('writes what tools say above the line, without what could harm a terminal', () => {
    const stream = terminal(80);
    const display = liveLine(stream);
    display.listen({ type: 'phase-start', phase: 'backup' });
    vi.advanceTimersByTime(100);
    const text = 'pg_dump: \u001b]0;owned\u0007error: \rno such thing';
    display.listen({ type: 'log', phase: 'backup', line: { tool: 'pg_dump', severity: 'error', text } });
    display.end();
    expect(stream.written.map(plain)).toEqual([
      `${CLEAR}backup 100 ms`,
      CLEAR,
      'pg_dump: error:  no such thing\n',
      `${CLEAR}backup 100 ms`,
      CLEAR,
    ]);
  });
});

/** Without colours; what clears the line stays. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\u001b\[\d+m/g, '');
}
