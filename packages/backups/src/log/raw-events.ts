import type { LogLine } from '@pgdrill/core';

/** One error or warning as a tool wrote it, with what its other lines tell of it. */
export interface RawEvent {
  readonly tool: string;
  readonly severity: 'error' | 'warning';
  readonly text: string;
  readonly sqlstate: string | null;
  /** The archive entry at work, as `pg_restore` names it: without its schema. */
  readonly toc: { readonly dumpId: string; readonly rest: string } | null;
  /** What `pg_restore` said last that it was creating, such as `SUBSCRIPTION` and `news`: a warning tells no more. */
  readonly creating: { readonly type: string; readonly name: string } | null;
  /** The line of the script at which `psql` stood, from 1 on. */
  readonly line: number | null;
  /** The first line of the command that failed. */
  readonly command: string | null;
  readonly times: number;
}

/** Errors and warnings put together again from the lines of one tool. */
export interface RawEvents {
  /** Takes one line, masked and classified. */
  add(line: LogLine): void;
  /** The first thousand different ones. */
  readonly list: readonly RawEvent[];
  /** How many came after those. */
  readonly more: number;
  /** The number in `errors ignored on restore: N`; 0 where that was not said. */
  readonly ignored: number;
}

const KEPT = 1000;

const entryAtWork = /^pg_restore: from TOC entry (\d+); \d+ \d+ (.*)$/;
const creation = /^pg_restore: creating ([A-Z]+(?: [A-Z]+)*) "(.*)"$/;
const stage = /^pg_restore: while [A-Z ]+:$/;
const ignoredErrors = /^pg_restore: warning: errors ignored on restore: (\d+)/;
const commandLine = /^Command was: (.*)$/;
const scriptPosition = /^psql:.+?:(\d+): (?:\S+: {1,2}([0-9A-Z]{5}): )?/;

/**
 * Puts events together. `pg_restore` names the entry at work before the first error in it, and not again for a second one; so an entry holds until
 * another is named. A warning of the server comes without.
 */
export function rawEvents(): RawEvents {
  const closed = new Map<string, RawEvent>();
  let open: RawEvent | null = null;
  let toc: RawEvent['toc'] = null;
  let creating: RawEvent['creating'] = null;
  let more = 0;
  let ignored = 0;
  const close = (): void => {
    if (open === null) return;
    const key = JSON.stringify(open);
    const same = closed.get(key);
    if (same !== undefined) closed.set(key, { ...same, times: same.times + 1 });
    else if (closed.size < KEPT) closed.set(key, open);
    else more += 1;
    open = null;
  };
  const begin = ({ tool, severity, text }: LogLine): void => {
    if (severity === 'info') return;
    close();
    const [, line, sqlstate = null] = scriptPosition.exec(text) ?? [];
    const at = severity === 'error' ? { toc, creating: null } : { toc: null, creating };
    open = {
      tool,
      severity,
      text,
      sqlstate,
      ...at,
      line: line === undefined ? null : Number(line),
      command: null,
      times: 1,
    };
  };
  return {
    add(line) {
      const count = ignoredErrors.exec(line.text)?.[1];
      const entry = entryAtWork.exec(line.text);
      const made = creation.exec(line.text);
      const command = commandLine.exec(line.text)?.[1];
      if (count !== undefined) ignored = Number(count);
      else if (entry !== null) toc = { dumpId: entry[1] ?? '', rest: entry[2] ?? '' };
      else if (made !== null) creating = { type: made[1] ?? '', name: made[2] ?? '' };
      else if (stage.test(line.text)) toc = null;
      else if (command === undefined) begin(line);
      else if (open !== null) open = { ...open, command };
    },
    get list() {
      close();
      return [...closed.values()];
    },
    get more() {
      close();
      return more;
    },
    get ignored() {
      return ignored;
    },
  };
}
