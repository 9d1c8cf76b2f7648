import { setTimeout } from 'node:timers/promises';
import type { Connected } from './connect.ts';
import { binaryRows } from './binary-rows.ts';
import type { BinaryRow, BindValue, DatabaseHandle, Row } from './handle.ts';
import { rowsOf, bindText } from './rows.ts';
import type { StatementQueue } from './statement-queue.ts';
import { refuseStatement } from './refuse-statement.ts';

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

/** The first batch of a walk shows how wide its rows are; each later one is as many rows as come to about this size. */
const firstBatchSize = 100;
const batchBytes = 250_000;

/** So long a statement may take to heed a request to cancel it. */
const betweenCancelsMs = 2_000;

/** After each so many rows, a visit may take as long again. */
const deadlineRows = 10_000;

/** A handle on a connection whose transaction is open, pinned, and stands on the savepoint. */
export function snapshotHandle(queue: StatementQueue): DatabaseHandle {
  let cursors = 0;

  const run = <Result>(work: (connection: Connected, goesOn: () => void) => Promise<Result>): Promise<Result> =>
    queue.run((connection, goesOn) => recovering(connection, () => work(connection, goesOn)));

  async function query(text: string, values: readonly BindValue[] = []): Promise<readonly Row[]> {
    refuseStatement(text);
    const bound = values.map(bindText);
    return await run(async (connection) => rowsOf(await connection.extended(text, bound)));
  }

  async function* walk(
    text: string,
    values: readonly BindValue[] = [],
    batchSize: number = defaultBatchSize,
  ): AsyncGenerator<readonly Row[], void, undefined> {
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`A batch of ${batchSize} rows cannot be read: it must be a whole number from 1.`);
    }
    cursors += 1;
    const cursor = `pgdrill_cursor_${cursors}`;
    const bound = values.map(bindText);
    await run((connection) => declare(connection, cursor, text, bound));
    try {
      let rows = Math.min(batchSize, firstBatchSize);
      for (;;) {
        const asked = rows;
        const { batch, bytes } = await run((connection) => fetch(connection, cursor, asked));
        if (batch.length > 0) yield batch;
        if (batch.length < asked) return;
        rows = Math.min(batchSize, Math.max(1, Math.floor((batchBytes * batch.length) / Math.max(1, bytes))));
      }
    } finally {
      // In a session that broke or was aborted the cursor is gone already.
      await queue.run((connection) => connection.simple(`CLOSE ${cursor}`)).catch(() => undefined);
    }
  }

  async function visit(text: string, each: (row: Row) => void, values: readonly BindValue[] = []): Promise<number> {
    refuseStatement(text);
    const bound = values.map(bindText);
    return visitWith(each, async (connection, visited) => {
      rowsOf(await connection.extended(text, bound, visited));
    });
  }

  async function visitBinary(text: string, each: (row: BinaryRow) => void): Promise<number> {
    refuseStatement(text);
    return visitWith(each, async (connection, visited) => {
      // The simple protocol, which COPY needs, would run what comes after a semicolon: this one is refused such a text.
      await connection.extended(`SELECT FROM (${text}\n) AS visited LIMIT 0`, []);
      const rows = binaryRows(visited);
      await connection.copyOut(`COPY (${text}\n) TO STDOUT (FORMAT binary)`, rows.take);
      rows.end();
    });
  }

  async function visitWith<Visited>(
    each: (row: Visited) => void,
    read: (connection: Connected, visited: (row: Visited) => void) => Promise<void>,
  ): Promise<number> {
    const visitor: Visitor<Visited> = { each, failure: undefined };
    try {
      return await run((connection, goesOn) => visitEach(connection, read, visitor, goesOn));
    } catch (error) {
      throw visitor.failure === undefined ? error : visitor.failure.error;
    }
  }

  return { query, walk, visit, visitBinary };
}

async function declare(
  connection: Connected,
  cursor: string,
  text: string,
  values: readonly (string | null)[],
): Promise<void> {
  await connection.extended(`DECLARE ${cursor} NO SCROLL CURSOR WITHOUT HOLD FOR ${text}`, values);
  await connection.simple(moveSavepoint);
}

interface Fetched {
  readonly batch: readonly Row[];
  readonly bytes: number;
}

async function fetch(connection: Connected, cursor: string, rows: number): Promise<Fetched> {
  const before = connection.bytesRead();
  const [result] = await connection.simple(`FETCH FORWARD ${rows} FROM ${cursor}`);
  return { batch: result === undefined ? [] : rowsOf(result), bytes: connection.bytesRead() - before };
}

interface Visitor<Visited> {
  readonly each: (row: Visited) => void;
  /** What `each` has thrown. */
  failure: { readonly error: unknown } | undefined;
}

/** A library in the middle of its rows would not survive what `each` throws: it is kept until the statement has ended. */
async function visitEach<Visited>(
  connection: Connected,
  read: (connection: Connected, visited: (row: Visited) => void) => Promise<void>,
  visitor: Visitor<Visited>,
  goesOn: () => void,
): Promise<number> {
  let rows = 0;
  let cancelled: Promise<void> | undefined;
  const ended = new AbortController();
  const visit = (row: Visited): void => {
    if (visitor.failure !== undefined) return;
    rows += 1;
    if (rows % deadlineRows === 0) goesOn();
    try {
      visitor.each(row);
    } catch (error) {
      visitor.failure = { error };
      cancelled = cancelUntil(ended.signal, connection);
    }
  };
  try {
    await read(connection, visit);
  } finally {
    ended.abort();
    // It must not hit the next statement.
    await cancelled;
  }
  if (visitor.failure !== undefined) throw visitor.failure.error;
  return rows;
}

/** Once may not do: a request that gets no connection is lost, and the rows would come to the last. */
async function cancelUntil(ended: AbortSignal, connection: Connected): Promise<void> {
  while (!ended.aborted) {
    await connection.cancel();
    await setTimeout(betweenCancelsMs, undefined, { signal: ended }).catch(() => undefined);
  }
}

/** Leaves the transaction usable after an error. A broken connection cannot be recovered, and its own error is the one to tell. */
async function recovering<Result>(connection: Connected, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const goBack = (): Promise<unknown> => connection.simple(backToSavepoint);
    // Once more, because a request to cancel may have come late and hit the first.
    await goBack()
      .catch(goBack)
      .catch(() => undefined);
    throw error;
  }
}
