import type { SnapshotOptions } from '../database/snapshot.ts';
import { DatabaseError } from '../errors.ts';
import { messageOf } from '../message-of.ts';

/** What a thread is started with. It holds secrets, and goes nowhere else. */
export interface ThreadStart {
  readonly snapshot: Pick<SnapshotOptions, 'connection' | 'driver' | 'deadlineSeconds' | 'snapshotId'>;
  /** URL of the module that does the work. */
  readonly module: string;
  /** The first task. */
  readonly task: unknown;
}

/** What a thread is told: its next task, after the result of the one before; that there are no more; or to stop at once. */
export type ThreadOrder = { readonly task: unknown } | 'end' | 'stop';

/** What a thread tells. After an error, or a farewell, it is done. */
export type ThreadMessage = { readonly rows: number } | { readonly result: unknown } | 'farewell' | ThreadError;

/** An error as plain data: a class does not survive the way between threads. */
export interface ThreadError {
  readonly message: string;
  readonly sqlstate?: string | null;
}

/** What to tell of an error. */
export function errorMessage(error: unknown): ThreadError {
  const message = messageOf(error);
  return error instanceof DatabaseError ? { message, sqlstate: error.sqlstate } : { message };
}

/** The error that a thread told of. */
export function toldError({ message, sqlstate }: ThreadError): Error {
  return sqlstate === undefined ? new Error(message) : new DatabaseError(sqlstate, message);
}
