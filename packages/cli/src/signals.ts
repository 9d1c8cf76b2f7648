import process from 'node:process';
import { say } from './stdio.ts';

/** Aborted by SIGINT, SIGTERM and SIGHUP. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Ends the work as a signal does, for another reason, and the program with it should the work not end. */
  abort(reason: unknown, status: number): void;
  /** The work is done, and its status known: from now on a signal ends the program at once, and with that status; one that came before, too. */
  finish(status: number): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm passes a Ctrl+C on that the terminal has sent to everybody already: the second of such a pair is no impatience. */
const SAME_SIGNAL_MS = 500;
/** How long the clean-up may still take after a second signal, or after a defect. */
const LAST_CHANCE_MS = 3000;

/**
 * Listens for the signals that end a program. The first lets the drill give back what it holds and write its reports; after a second one, what is not
 * given back within three seconds stays behind, save what goes with this process.
 */
export function listenForSignals(): Interruption {
  const controller = new AbortController();
  let firstAt = 0;
  let impatient = false;
  let finished: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (finished !== undefined) {
      process.exit(finished);
    } else if (!controller.signal.aborted) {
      firstAt = performance.now();
      say(`${name}: stopping and cleaning up. Once more to stop without waiting.`);
      controller.abort(new Error(name));
    } else if (impatient) {
      process.exit(130);
    } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
      impatient = true;
      say(`${name}: ${LAST_CHANCE_MS / 1000} seconds more to clean up.`);
      exitSoon(130);
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    abort: (reason, status) => {
      controller.abort(reason);
      exitSoon(status);
    },
    finish(status) {
      finished = status;
      // Left to itself, Deno takes a while to end in which it no longer listens: an impatient signal then would be the status.
      if (controller.signal.aborted) process.exit(status);
    },
  };
}

function exitSoon(status: number): void {
  setTimeout(() => process.exit(status), LAST_CHANCE_MS).unref();
}
