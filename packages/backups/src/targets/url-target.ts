import {
  describeConnection,
  openSnapshot,
  UsageError,
  type ConnectionSettings,
  type OpenTarget,
  type SnapshotSession,
  type Target,
  type TargetContext,
} from '@pgdrill/core';
import { isSource } from './same-database.ts';
import { describeObjects, findUserObjects } from './user-objects.ts';

/**
 * An empty database that somebody else made. It is restored into and left as it is: nothing is dropped at the end.
 *
 * `open` throws UsageError when it is the source, when it cannot be written to, or when it is not empty.
 */
export function urlTarget(connection: ConnectionSettings): Target {
  return {
    kind: 'url',
    async open(context): Promise<OpenTarget> {
      // Read-only: whatever goes wrong in here, nothing has been written.
      const session = await openSnapshot({ connection, driver: context.driver, signal: context.signal });
      try {
        await refuse(session, connection, context);
      } finally {
        await session.close();
      }
      return { connection, description: `database ${describeConnection(connection)}`, close: async () => {} };
    },
  };
}

async function refuse(session: SnapshotSession, connection: ConnectionSettings, context: TargetContext): Promise<void> {
  const where = describeConnection(connection);
  if (await isSource(session, context)) {
    throw new UsageError(
      `The target ${where} is the source itself, ${describeConnection(context.source.connection)}, or a physical copy of it: ` +
        'the system identifier and the database oid are the same. Name another, empty database, or use the target scratch.',
    );
  }
  if (await isReadOnly(session)) {
    throw new UsageError(
      `The target ${where} can only be read: it is a standby, or set to read-only. Name another database.`,
    );
  }
  const objects = await findUserObjects(session.leader);
  if (objects.count > 0) {
    throw new UsageError(
      `The target ${where} is not empty: it holds ${describeObjects(objects)}. Name an empty database, or use the target scratch.`,
    );
  }
}

async function isReadOnly({ leader }: SnapshotSession): Promise<boolean> {
  // Our own transaction is read-only too, so its setting tells nothing: reset_val is what other sessions begin with.
  const [row] = await leader.query(
    `SELECT (pg_catalog.pg_is_in_recovery() OR reset_val = 'on')::text AS read_only
     FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only'`,
  );
  return row?.['read_only'] === 'true';
}
