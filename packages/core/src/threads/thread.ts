/**
 * What a thread runs: it joins the snapshot, lets its module work on one task after another, tells what comes of each, and is then ended by whoever
 * started it.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openSnapshot } from '../database/snapshot.ts';
import { errorMessage } from './messages.ts';
import type { ThreadMessage, ThreadOrder, ThreadStart } from './messages.ts';
import type { ThreadModule } from './threads.ts';

const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);
const stop = new AbortController();
let next = Promise.withResolvers<ThreadOrder>();
const heed = (order: ThreadOrder): void => {
  if (order === 'stop') stop.abort(new Error('The thread was stopped.'));
  next.resolve(order);
};
parentPort?.on('message', heed);
parentPort?.on('messageerror', () => heed('stop'));

try {
  await work(workerData as ThreadStart);
  tell('farewell');
} catch (error) {
  tell(errorMessage(error));
}

async function work({ snapshot, module, task }: ThreadStart): Promise<void> {
  const { run } = (await import(module)) as ThreadModule<unknown, unknown>;
  const session = await openSnapshot({ ...snapshot, signal: stop.signal });
  try {
    for (let order: ThreadOrder = { task }; typeof order === 'object'; order = await next.promise) {
      next = Promise.withResolvers();
      stop.signal.throwIfAborted();
      tell({ result: await run(session.leader, order.task, (rows) => tell({ rows })) });
    }
    stop.signal.throwIfAborted();
  } finally {
    await session.close();
  }
}
