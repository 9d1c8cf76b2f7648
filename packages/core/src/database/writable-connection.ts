import { connect } from './connect.ts';
import type { ConnectionSettings, DriverName } from './connection.ts';
import type { WritableConnection } from './handle.ts';
import { pinForWriting } from './prelude.ts';
import { rowsOf, bindText } from './rows.ts';
import { statementQueue } from './statement-queue.ts';

/**
 * Opens a connection that may write, in autocommit: for targets, sandboxes and workloads, never for a check.
 *
 * Values are text as in a snapshot session. The search path, the time zone and the rest are the server's own, as for any other program that writes.
 *
 * @throws DatabaseError when the connection cannot be had; UsageError for TLS files that cannot be read
 */
export async function openWritable(
  settings: ConnectionSettings,
  driver: DriverName,
  signal?: AbortSignal,
): Promise<WritableConnection> {
  const connection = await connect(settings, driver, signal);
  const queue = statementQueue(connection, settings, { doing: 'A statement on', signal, deadlineSeconds: 0 });
  try {
    await queue.run(() => connection.simple(pinForWriting));
  } catch (error) {
    await queue.close();
    throw error;
  }
  return {
    query: (text, values = []) => queue.run(async () => rowsOf(await connection.extended(text, values.map(bindText)))),
    script: async (text) => {
      await queue.run(() => connection.simple(text));
    },
    close: () => queue.close(),
  };
}
