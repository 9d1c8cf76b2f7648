import type { Connected } from './connect.ts';
import type { DriverResult } from './driver.ts';
import type { BindValue, DatabaseHandle, Row } from './handle.ts';
import { asObjects, bindText } from './rows.ts';
import type { StatementQueue } from './statement-queue.ts';

/**
 * The savepoint that a session always stands on, so that a failing statement costs nothing but itself.
 *
 * It is set once and costs no round trip; only an error rolls back to it. A cursor must be older than it to outlive such a rollback, so opening a
 * cursor sets it anew.
 */
export const setSavepoint = 'SAVEPOINT pgdrill';
const moveSavepoint = 'RELEASE SAVEPOINT pgdrill; SAVEPOINT pgdrill';
const backToSavepoint = 'ROLLBACK TO SAVEPOINT pgdrill';

const defaultBatchSize = 5_000;

/** A handle on a connection whose transaction is open, pinned, and stands on the savepoint. */
export function snapshotHandle(queue: StatementQueue): DatabaseHandle {
  let cursors = 0;

  async function* walk(
    text: string,
    values: readonly BindValue[] = [],
    batchSize: number = defaultBatchSize,
  ): AsyncGenerator<readonly Row[]> {
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw new RangeError(`A batch of ${batchSize} rows cannot be read: it must be 1 or more.`);
    const cursor = `pgdrill_cursor_${++cursors}`;
    const bound = values.map(bindText);
    await queue.run(
      async (connection) =>
        await recovering(connection, async () => {
          await connection.extended(`DECLARE ${cursor} NO SCROLL CURSOR WITHOUT HOLD FOR ${text}`, bound);
          await connection.simple(moveSavepoint);
        }),
    );
    try {
      for (;;) {
        const batch = await queue.run(
          async (connection) => await recovering(connection, async () => await fetch(connection, cursor, batchSize)),
        );
        if (batch.length > 0) yield batch;
        if (batch.length < batchSize) return;
      }
    } finally {
      // Nobody waits for a cursor of a session that broke or was aborted.
      await queue.run(async (connection) => await connection.simple(`CLOSE ${cursor}`)).catch(() => undefined);
    }
  }

  return {
    query: async (text, values = []) =>
      await queue.run(
        async (connection) =>
          await recovering(connection, async () => asObjects(await connection.extended(text, values.map(bindText)))),
      ),
    walk,
  };
}

async function fetch(connection: Connected, cursor: string, batchSize: number): Promise<readonly Row[]> {
  const [result] = await connection.simple(`FETCH FORWARD ${batchSize} FROM ${cursor}`);
  return result === undefined ? [] : asObjects(result as DriverResult);
}

/** Leaves the transaction usable after an error. A broken connection cannot be recovered, and its own error is the one to tell. */
async function recovering<Result>(connection: Connected, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await connection.simple(backToSavepoint).catch(() => undefined);
    throw error;
  }
}
