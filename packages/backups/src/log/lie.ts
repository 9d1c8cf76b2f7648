import type { LogEvent } from '@pgdrill/core';

/** How a tool ended, by its exit status, its own count and its lines. */
export interface Ending {
  readonly tool: string;
  readonly status: number;
  /** Error lines that it wrote. */
  readonly errors: number;
  /** Errors that it says it ignored. */
  readonly ignored: number;
  /** Several processes worked, which count an entry and not each of its errors. */
  readonly parallel: boolean;
}

/** Where the exit status, or the tool's own count, says other than its lines; null where they agree. */
export function lieOf({ tool, status, errors, ignored, parallel }: Ending): LogEvent | null {
  const said = (count: number): string => `${count} ${count === 1 ? 'error' : 'errors'}`;
  if (status === 0 && errors > 0)
    return lie(
      tool,
      `ended with status 0 after ${said(errors)}`,
      'A script that goes by the exit status calls this good: give it ON_ERROR_STOP, --exit-on-error, or its own look at the lines.',
    );
  if (ignored > 0 && !parallel && ignored !== errors)
    return lie(
      tool,
      `says that it ignored ${said(ignored)}, and its lines tell of ${errors}`,
      'Some of what went wrong is not in its lines: restore again with --verbose, and compare.',
    );
  if (status !== 0 && errors === 0 && ignored === 0)
    return lie(
      tool,
      `ended with status ${status}, and no line says why`,
      "Look at the server's log, and for memory or disk that ran out.",
    );
  return null;
}

function lie(tool: string, what: string, why: string): LogEvent {
  return {
    tool,
    severity: 'error',
    class: 'lied',
    id: null,
    text: `${tool} ${what}`,
    times: 1,
    object: null,
    names: [],
    part: 'whole',
    what: `${tool} ${what}.`,
    why,
  };
}
