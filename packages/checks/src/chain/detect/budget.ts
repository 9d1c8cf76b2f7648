import { setImmediate } from 'node:timers/promises';

/** How long may be searched, and how much. */
export interface SearchBounds {
  readonly seconds: number;
  readonly candidates: number;
}

/** Counts what was tried, and says when it is enough. */
export interface Budget {
  readonly bounds: SearchBounds;
  readonly signal: AbortSignal;
  tried(): number;
  seconds(): number;
  /** Is there nothing left? */
  isSpent(): boolean;
  /** Counts one candidate. */
  count(): void;
  /** Lets the rest of the process have its turn, from time to time. */
  breathe(): Promise<void>;
}

/** Looking at the clock costs as much as a hash. */
const BETWEEN_LOOKS = 1_024;

/** Starts the clock. */
export function startBudget(bounds: SearchBounds, signal: AbortSignal): Budget {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  let tried = 0;
  let late = false;
  return {
    bounds,
    signal,
    tried: () => tried,
    seconds,
    isSpent: () => late || tried >= bounds.candidates,
    count() {
      tried += 1;
      if (tried % BETWEEN_LOOKS === 0) late = seconds() >= bounds.seconds;
    },
    async breathe() {
      if (tried % (4 * BETWEEN_LOOKS) !== 0) return;
      await setImmediate();
      signal.throwIfAborted();
    },
  };
}
