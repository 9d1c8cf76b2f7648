import { openWritable, quoteIdentifier, type ConnectionSettings, type DriverName } from '@pgdrill/core';

/**
 * Drops the subscriptions of a database, without which PostgreSQL does not drop the database. Each is parted from its slot first: that is the original's,
 * and lies at the publisher, which dropping the subscription would otherwise call to drop it. Event triggers that were restored could forbid that, so they
 * are disabled before; none fires for that.
 */
export async function forgetSubscriptions(database: ConnectionSettings, driver: DriverName): Promise<void> {
  const db = await openWritable(database, driver);
  try {
    await db.query('SET default_transaction_read_only = off');
    const triggers = await db.query(
      "SELECT evtname::text AS name FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'",
    );
    for (const { name } of triggers) await db.query(`ALTER EVENT TRIGGER ${quoteIdentifier(name ?? '')} DISABLE`);
    const subscriptions = await db.query(
      `SELECT subname::text AS name FROM pg_catalog.pg_subscription
       WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`,
    );
    for (const { name } of subscriptions) {
      const subscription = `SUBSCRIPTION ${quoteIdentifier(name ?? '')}`;
      await db.query(`ALTER ${subscription} DISABLE`);
      await db.query(`ALTER ${subscription} SET (slot_name = NONE)`);
      await db.query(`DROP ${subscription}`);
    }
  } finally {
    await db.close();
  }
}
