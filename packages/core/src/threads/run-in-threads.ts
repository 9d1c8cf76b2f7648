import { Worker } from 'node:worker_threads';
import { together } from '../together.ts';
import { toldError } from './messages.ts';
import type { ThreadMessage, ThreadOrder, ThreadStart } from './messages.ts';
import { siblingModule } from './threads.ts';
import type { Threads, ToldByThreads } from './threads.ts';

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
    async run<Result>(
      module: URL,
      tasks: readonly unknown[],
      { each, progress = () => undefined }: ToldByThreads<Result>,
    ) {
      signal.throwIfAborted();
      const stop = new AbortController();
      const onAbort = (): void => stop.abort(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const done = tasks.map(() => 0);
      const left = [...tasks.entries()];
      const dealNoMore = (): void => void (left.length = 0);
      stop.signal.addEventListener('abort', dealNoMore, { once: true });
      const take = (): Taken | undefined => {
        const next = left.shift();
        if (next === undefined) return undefined;
        const [index, task] = next;
        return {
          task,
          tell(rows) {
            done[index] = rows;
            progress(done.reduce((sum, of) => sum + of, 0));
          },
          finish(result) {
            if (!each(result as Result, index)) dealNoMore();
          },
        };
      };
      const works = Array.from({ length: Math.min(count, tasks.length) }, () => async () => {
        const first = take();
        if (first !== undefined) await runThread({ snapshot, module: module.href }, first, take, stop.signal);
      });
      try {
        await together(stop, works);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

/** A task that a thread has taken on. */
interface Taken {
  readonly task: unknown;
  tell(rows: number): void;
  finish(result: unknown): void;
}

/** Runs one thread until no task is left to take: it is gone when this settles. */
async function runThread(
  start: Omit<ThreadStart, 'task'>,
  first: Taken,
  take: () => Taken | undefined,
  signal: AbortSignal,
): Promise<void> {
  const worker = startThread({ ...start, task: first.task });
  const order = (what: ThreadOrder): void => worker.postMessage(what);
  let current = first;
  let failure: { readonly error: unknown } | undefined;
  let isDone = false;
  const fail = (error: unknown): void => {
    failure ??= { error };
    void worker.terminate();
  };
  const hear = (message: ThreadMessage): void => {
    if (message === 'farewell') {
      isDone = true;
      void worker.terminate();
    } else if ('rows' in message) current.tell(message.rows);
    else if ('result' in message) {
      current.finish(message.result);
      const next = take();
      if (next !== undefined) current = next;
      order(next === undefined ? 'end' : { task: next.task });
    } else fail(toldError(message));
  };
  worker.on('message', (message: ThreadMessage) => {
    try {
      hear(message);
    } catch (error) {
      failure ??= { error };
      stop();
    }
  });
  worker.on('messageerror', fail);
  worker.on('error', fail);
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    order('stop');
    timer ??= setTimeout(() => void worker.terminate(), graceMs);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise((resolve) => worker.once('exit', resolve));
    signal.throwIfAborted();
    if (failure !== undefined) throw failure.error;
    if (!isDone) throw new Error(ENDED);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

const ENDED = 'A thread ended before it was done, without a word. Is there enough memory?';

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
