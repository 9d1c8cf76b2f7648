import { Worker } from 'node:worker_threads';
import { together } from '../together.ts';
import { toldError } from './messages.ts';
import type { ThreadMessage, ThreadStart } from './messages.ts';
import { siblingModule } from './threads.ts';
import type { Threads } from './threads.ts';

/** How long a thread that was told to stop may take to say goodbye to the server. */
const graceMs = 5_000;

/**
 * Threads that join one snapshot.
 *
 * @param snapshot how each opens its session
 * @param signal stops them all
 */
export function snapshotThreads(snapshot: ThreadStart['snapshot'], count: number, signal: AbortSignal): Threads {
  return {
    count,
    async run<Result>(module: URL, tasks: readonly unknown[], progress: (rows: number) => void = () => undefined) {
      signal.throwIfAborted();
      const stop = new AbortController();
      const onAbort = (): void => stop.abort(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const done = tasks.map(() => 0);
      const works = tasks.map((task, index) => {
        const tell = (rows: number): void => {
          done[index] = rows;
          progress(done.reduce((sum, of) => sum + of, 0));
        };
        return () => runThread({ snapshot, module: module.href, task }, tell, stop.signal) as Promise<Result>;
      });
      try {
        return await together<Result[]>(stop, works);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

/** Runs one thread to its end: it is gone when this settles. */
async function runThread(start: ThreadStart, tell: (rows: number) => void, signal: AbortSignal): Promise<unknown> {
  const worker = startThread(start);
  let outcome: (() => unknown) | undefined;
  const conclude = (how: () => unknown): void => {
    outcome ??= how;
    void worker.terminate();
  };
  worker.on('message', (message: ThreadMessage) => {
    if ('rows' in message) tell(message.rows);
    else if ('result' in message) conclude(() => message.result);
    else conclude(() => fail(toldError(message)));
  });
  worker.on('error', (error: unknown) => conclude(() => fail(error)));
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage('stop');
    timer = setTimeout(() => void worker.terminate(), graceMs);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise((resolve) => worker.once('exit', resolve));
    signal.throwIfAborted();
    return outcome === undefined ? fail(new Error(ENDED)) : outcome();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

const ENDED = 'A thread ended before it was done, without a word. Is there enough memory?';

function fail(error: unknown): never {
  throw error;
}

/**
 * Rows come and go; without a bound, V8 lets some 50 MB of them pile up in each thread, and what lives a little longer grow to a multiple of what is in
 * use: the less there may be, the sooner it looks. Two million rows of a chain took 250 MB on Deno, instead of 400, and no more time. Values of 400 MB
 * each came through all the same, on either runtime.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 512 };

/** Deno starts threads from files and data alone; what came from elsewhere is imported by a thread of data. */
function startThread(start: ThreadStart): Worker {
  const entry = siblingModule(import.meta.url, 'thread');
  const url =
    entry.protocol === 'file:'
      ? entry
      : new URL(`data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(entry.href)};`)}`);
  // Sources find their neighbours' sources, also where the process was not told so: in a test.
  const asSource = entry.pathname.endsWith('.ts') ? { execArgv: ['--conditions=@pgdrill/source'] } : {};
  return new Worker(url, { workerData: start, env: {}, resourceLimits, ...asSource });
}
