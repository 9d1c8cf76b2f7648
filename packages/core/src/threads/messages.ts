import type { SnapshotOptions } from '../database/snapshot.ts';
import { DatabaseError } from '../errors.ts';
import { messageOf } from '../message-of.ts';

/** What a thread is started with. It holds secrets, and goes nowhere else. */
export interface ThreadStart {
  readonly snapshot: Pick<SnapshotOptions, 'connection' | 'driver' | 'deadlineSeconds' | 'snapshotId'>;
  /** URL of the module that does the work. */
  readonly module: string;
  readonly task: unknown;
}

/** What a thread tells. After anything but progress it is done. */
export type ThreadMessage =
  | { readonly rows: number }
  | { readonly result: unknown }
  | { readonly message: string; readonly sqlstate?: string | null };

/** An error as plain data: a class does not survive the way between threads. */
export function errorMessage(error: unknown): ThreadMessage {
  const message = messageOf(error);
  return error instanceof DatabaseError ? { message, sqlstate: error.sqlstate } : { message };
}

/** The error that a thread told of. */
export function toldError({
  message,
  sqlstate,
}: {
  readonly message: string;
  readonly sqlstate?: string | null;
}): Error {
  return sqlstate === undefined ? new Error(message) : new DatabaseError(sqlstate, message);
}
