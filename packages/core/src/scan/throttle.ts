import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseHandle } from '../database/handle.ts';
import type { MaxLoad } from '../max-load.ts';
import { messageOf } from '../message-of.ts';
import { isLost } from './is-lost.ts';
import { serverLoad } from './server-load.ts';
import type { ServerLoad } from './server-load.ts';

/** Keeps a scan from adding to a load that is high already. */
export interface Throttle {
  /**
   * Returns as soon as the load is within the bounds, having said through `waiting` each second why not yet.
   *
   * @throws the signal's AbortError as soon as it is aborted; DatabaseError when the connection is lost
   */
  readonly pause: (db: DatabaseHandle, waiting: (why: string) => void) => Promise<void>;
  /** Seconds in which at least one worker paused. */
  readonly pausedSeconds: () => number;
}

const LOOK_AGAIN_MS = 1000;

/** Looks at the server before each chunk. What it may not see is noted once, and bounds that cannot be seen do not pause the scan. */
export function throttle(
  bounds: MaxLoad,
  { signal, note }: { readonly signal: AbortSignal; readonly note: (text: string) => void },
): Throttle {
  const noted = new Set<string>();
  const noteOnce = (text: string): void => {
    if (!noted.has(text)) note(text);
    noted.add(text);
  };
  const clock = pauseClock();
  return {
    pause: async (db, waiting) => {
      let why = await tooMuch(db, bounds, noteOnce);
      if (why === null) return;
      clock.begin();
      try {
        for (; why !== null; why = await tooMuch(db, bounds, noteOnce)) {
          waiting(`paused: ${why}`);
          await sleep(LOOK_AGAIN_MS, undefined, { signal });
        }
      } finally {
        clock.end();
      }
    },
    pausedSeconds: clock.seconds,
  };
}

/** Why the scan should wait, or null. */
async function tooMuch(db: DatabaseHandle, bounds: MaxLoad, noteOnce: (text: string) => void): Promise<string | null> {
  try {
    const load = await serverLoad(db);
    if (load.blindRole !== null) noteOnce(blindness(load.blindRole));
    return overload(load, bounds);
  } catch (error) {
    if (isLost(error)) throw error;
    noteOnce(`The server's load cannot be seen, so the scan did not pause for it: ${messageOf(error)}`);
    return null;
  }
}

function blindness(role: string): string {
  return (
    `The role ${JSON.stringify(role)} cannot see what other roles' sessions and the replicas are at, so the scan may not have paused for them: ` +
    'grant it pg_read_all_stats.'
  );
}

function overload({ sessions, lagSeconds }: ServerLoad, bounds: MaxLoad): string | null {
  if (bounds.sessions !== undefined && sessions > bounds.sessions)
    return `${sessions} sessions are active, more than ${bounds.sessions}`;
  if (bounds.lag !== undefined && lagSeconds > bounds.lag)
    return `a replica is ${Math.round(lagSeconds)} s late, more than ${bounds.lag} s`;
  return null;
}

/** Counts the time in which anyone pauses. */
function pauseClock(): { begin(): void; end(): void; seconds(): number } {
  let pausing = 0;
  let since = 0;
  let total = 0;
  return {
    begin: () => {
      if (pausing === 0) since = performance.now();
      pausing += 1;
    },
    end: () => {
      pausing -= 1;
      if (pausing === 0) total += (performance.now() - since) / 1000;
    },
    seconds: () => total,
  };
}
