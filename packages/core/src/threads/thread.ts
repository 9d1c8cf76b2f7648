/**
 * What a thread runs: it joins the snapshot, lets its module work on its task, tells the outcome, and is then ended by whoever started it.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openSnapshot } from '../database/snapshot.ts';
import { errorMessage } from './messages.ts';
import type { ThreadMessage, ThreadStart } from './messages.ts';
import type { ThreadModule } from './threads.ts';

const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);
const stop = new AbortController();
// The only word that ever comes is to stop.
parentPort?.once('message', () => stop.abort(new Error('The thread was stopped.')));
try {
  tell({ result: await work(workerData as ThreadStart) });
} catch (error) {
  tell(errorMessage(error));
}

async function work({ snapshot, module, task }: ThreadStart): Promise<unknown> {
  const { run } = (await import(module)) as ThreadModule<unknown, unknown>;
  const session = await openSnapshot({ ...snapshot, signal: stop.signal });
  try {
    return await run(session.leader, task, (rows) => tell({ rows }));
  } finally {
    await session.close();
  }
}
