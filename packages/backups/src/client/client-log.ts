import type { LogLine } from '@pgdrill/core';
import { rawEvents, type RawEvents } from '../log/raw-events.ts';
import { severityOf } from './classify.ts';
import { mask } from './mask.ts';

/** What is kept of a tool's standard error: enough to see how it began and how it ended, whatever it wrote in between. */
const KEPT = 500;

/** How every line begins that does not go on with a quoted value. */
const fresh = /^(?:(?:pg_dump|pg_restore|psql)[: ]|[A-Z]+: |LINE \d+: |Command was: )/;

/** What `pg_restore --verbose` tells of its progress: one line and more for each object. */
const chatter =
  /^pg_restore: (?!(?:error|fatal|warning|detail|hint): |from TOC entry |while [A-Z ]+:$|executable |\S+: {2})/;

/** The one of those lines that says which object a warning is about. */
const making = /^pg_restore: creating /;

/** Where in the server's source an error arose, and the caret under a quoted line. */
const noise = /^(?:LOCATION: .*|\s*\^?\s*)$/;

/** A tool's standard error, as it is written. */
export interface ClientLog {
  /** Takes one raw line. */
  add(line: string): void;
  /** The first and the last 500 lines; the number of those between is said in their place. */
  lines(): readonly LogLine[];
  /** The errors and warnings among them, put together. */
  readonly events: RawEvents;
  readonly errors: number;
  readonly firstError: string | null;
  readonly lastLine: string | null;
}

/**
 * Classifies, masks and bounds what one tool writes.
 *
 * @param log told of each of the first 500 lines as it comes
 */
export function clientLog(tool: string, secrets: readonly string[], log: (line: LogLine) => void): ClientLog {
  const first: LogLine[] = [];
  const last: LogLine[] = [];
  const events = rawEvents();
  let total = 0;
  let errors = 0;
  let firstError: string | null = null;
  let lastLine: string | null = null;
  let insideValue = false;
  return {
    add(raw) {
      if (chatter.test(raw)) {
        insideValue = false;
        if (making.test(raw)) events.add({ tool, severity: 'info', text: mask(raw, secrets).text });
        return;
      }
      if (insideValue && !fresh.test(raw)) return;
      const { text, quotedValue } = mask(raw, secrets);
      insideValue = quotedValue;
      if (noise.test(text)) return;
      const line: LogLine = { tool, severity: severityOf(text), text };
      events.add(line);
      total += 1;
      lastLine = text;
      if (line.severity === 'error') {
        errors += 1;
        firstError ??= text;
      }
      if (first.length < KEPT) {
        first.push(line);
        log(line);
      } else {
        last.push(line);
        if (last.length > 2 * KEPT) last.splice(0, KEPT);
      }
    },
    lines() {
      const tail = last.slice(-KEPT);
      const dropped = total - first.length - tail.length;
      if (dropped === 0) return [...first, ...tail];
      return [...first, { tool, severity: 'info', text: `(${dropped} lines are left out here)` }, ...tail];
    },
    events,
    get errors() {
      return errors;
    },
    get firstError() {
      return firstError;
    },
    get lastLine() {
      return lastLine;
    },
  };
}
