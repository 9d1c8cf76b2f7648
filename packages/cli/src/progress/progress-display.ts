import process from 'node:process';
import { say } from '../stdio.ts';
import type { ShownEvent } from './activity.ts';
import { liveLine } from './live-line.ts';
import { plainLines } from './plain-lines.ts';

/** Shows on standard error what a drill tells. */
export interface ProgressDisplay {
  listen(this: void, event: ShownEvent): void;
  end(): void;
}

/** One live line on a terminal, else plain lines. */
function progressDisplay(): ProgressDisplay {
  return process.stderr.isTTY && process.env['TERM'] !== 'dumb' ? liveLine(process.stderr) : plainLines(say);
}

/** Does some work with its progress shown. */
export async function withProgress<Result>(
  work: (listen: ProgressDisplay['listen']) => Promise<Result>,
): Promise<Result> {
  const display = progressDisplay();
  try {
    return await work(display.listen);
  } finally {
    display.end();
  }
}
