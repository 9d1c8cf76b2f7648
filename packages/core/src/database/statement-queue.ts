import { DatabaseError } from '../errors.ts';
import type { Connected } from './connect.ts';
import { describeConnection, type ConnectionSettings } from './connection.ts';
import { databaseError, type Doing } from './database-error.ts';

/** How long a cancelled statement, or a goodbye, may take before the connection is cut. */
const graceMs = 5_000;

/** The longest delay that a timer takes. */
const longestMs = 2 ** 31 - 1;

/** Runs work on one connection, one piece after another. */
export interface StatementQueue {
  /**
   * @throws DatabaseError from the server, or for a broken connection, or when the work takes longer than the deadline; the signal's reason once
   * it is aborted. In the last two cases the running statement is cancelled on the server.
   *
   * @param work may call `goesOn` to begin its deadline anew
   */
  run<Result>(work: (connection: Connected, goesOn: () => void) => Promise<Result>): Promise<Result>;
  /** Cancels what runs, then ends the session after a last statement. Never rejects; safe to call twice. */
  close(lastStatement?: string): Promise<void>;
}

/** What bounds the work on a connection, and what to call it. */
export interface Bounds {
  readonly signal?: AbortSignal | undefined;
  readonly doing: Doing;
  /** Seconds for one piece of work, from its start; 0 for no bound. */
  readonly deadlineSeconds: number;
}

/** @see StatementQueue */
export function statementQueue(
  connection: Connected,
  settings: ConnectionSettings,
  { doing, signal, deadlineSeconds }: Bounds,
): StatementQueue {
  let tail: Promise<unknown> = Promise.resolve();
  let interruptRunning: (() => void) | null = null;
  let closing: Promise<void> | null = null;

  async function perform<Result>(
    work: (connection: Connected, goesOn: () => void) => Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    if (closing !== null) throw closed(settings);
    let timer: NodeJS.Timeout | undefined = undefined;
    const running = work(connection, () => timer?.refresh());
    let interruption: Promise<void> | undefined;
    const interrupt = (): void => void (interruption ??= cancel(running, connection, settings));
    let late = false;
    const onLate = (): void => {
      late = true;
      interrupt();
    };
    timer = deadlineSeconds > 0 ? setTimeout(onLate, Math.min(deadlineSeconds * 1000, longestMs)) : undefined;
    signal?.addEventListener('abort', interrupt, { once: true });
    interruptRunning = interrupt;
    try {
      return await running;
    } catch (error) {
      throw late ? tooLate(doing, settings, deadlineSeconds) : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
      interruptRunning = null;
      // A request to cancel that is still on its way must not hit the next statement.
      await interruption;
    }
  }

  return {
    async run(work) {
      const turn = tail.then(() => perform(work));
      tail = turn.then(ignore, ignore);
      try {
        return await orAborted(turn, signal);
      } catch (error) {
        if (signal?.aborted === true) throw signal.reason;
        throw databaseError(error, doing, settings);
      }
    },
    async close(lastStatement) {
      closing ??= (async () => {
        interruptRunning?.();
        await tail;
        await goodbye(connection, lastStatement);
      })();
      await closing;
    },
  };
}

const ignore = (): void => undefined;

async function orAborted<Result>(turn: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return turn;
  let onAbort = ignore;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([turn, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function cancel(running: Promise<unknown>, connection: Connected, settings: ConnectionSettings): Promise<void> {
  if (settings.singleSession === true) {
    connection.destroy();
    return;
  }
  const timer = setTimeout(() => connection.destroy(), graceMs);
  await Promise.allSettled([running, connection.cancel()]);
  clearTimeout(timer);
}

async function goodbye(connection: Connected, lastStatement: string | undefined): Promise<void> {
  const timer = setTimeout(() => connection.destroy(), graceMs);
  try {
    if (lastStatement !== undefined) await connection.simple(lastStatement);
    await connection.end();
  } catch {
    connection.destroy();
  } finally {
    clearTimeout(timer);
  }
}

function closed(settings: ConnectionSettings): DatabaseError {
  return new DatabaseError(
    null,
    `The connection to ${describeConnection(settings)} is closed already: open a new one.`,
  );
}

function tooLate(doing: Doing, settings: ConnectionSettings, seconds: number): DatabaseError {
  return new DatabaseError(
    null,
    `${doing} ${describeConnection(settings)} took longer than the deadline of ${seconds} s and was cancelled. Raise the deadline, or look for locks.`,
  );
}
