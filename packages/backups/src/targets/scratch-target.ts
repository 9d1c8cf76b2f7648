import {
  CannotVerifyError,
  DatabaseError,
  describeConnection,
  messageOf,
  openWritable,
  quoteIdentifier,
  UsageError,
  type ConnectionSettings,
  type OpenTarget,
  type Target,
  type TargetContext,
  type WritableConnection,
} from '@pgdrill/core';
import { localeChoices, quote, readLocale, unknownLocale, type DatabaseLocale } from './database-locale.ts';
import { newScratch, readMarker, scratchPrefix, type Marker } from './marker.ts';
import { forgetSubscriptions } from './forget-subscriptions.ts';
import { leftovers } from './leftovers.ts';

/**
 * A database with a random name, made for one drill from `template0` in the source's encoding and locale, and dropped when the drill ends.
 *
 * `open` throws CannotVerifyError when the role may not create databases, UsageError on a server that has one database only.
 *
 * @param options `server`: where it is made, with the database to connect to for that; the source's own server unless given
 */
export function scratchTarget(options: { readonly server?: ConnectionSettings } = {}): Target {
  return {
    kind: 'scratch',
    makesOn: (source) => options.server ?? source,
    async open(context): Promise<OpenTarget> {
      const server = options.server ?? context.source.connection;
      if (server.singleSession === true) {
        throw new UsageError(
          `${describeConnection(server)} has one database only, so no scratch database can be made there. Use the target sandbox.`,
        );
      }
      const { name, marker } = newScratch();
      await make(server, name, marker, options.server === undefined, context);
      return openedScratch({ ...server, database: name }, server, marker, context);
    },
  };
}

async function make(
  server: ConnectionSettings,
  name: string,
  marker: Marker,
  isSourceServer: boolean,
  context: TargetContext,
): Promise<void> {
  const { driver, signal, source, note } = context;
  const admin = await openWritable(server, driver, signal);
  try {
    await allowWrites(admin, server);
    const locale = isSourceServer ? await readLocale(admin) : await localeOf(source.connection, context);
    await leftovers(admin, note);
    await create(admin, server, name, locale, note);
    try {
      await admin.query(`COMMENT ON DATABASE ${quoteIdentifier(name)} IS ${quote(JSON.stringify(marker))}`);
    } catch (error) {
      await admin.query(`DROP DATABASE ${quoteIdentifier(name)}`);
      throw error;
    }
  } finally {
    await admin.close();
  }
}

/**
 * Lets the session write where the database is read-only by default: the scratch database does not inherit that. What the role, the server or the connection
 * itself has set would keep the restore from writing too.
 */
async function allowWrites(admin: WritableConnection, server: ConnectionSettings): Promise<void> {
  const [setting] = await admin.query(
    `SELECT setting, source FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only'`,
  );
  if (setting?.['setting'] !== 'on') return;
  if (!['database', 'database user'].includes(setting['source'] ?? '')) {
    throw new CannotVerifyError(
      `The transactions of ${server.user} on ${describeConnection(server)} are read-only (default_transaction_read_only, set by ${setting['source']}), so nothing could be ` +
        'restored there. Use another role, the target sandbox, or another server.',
    );
  }
  await admin.query(WRITABLE);
}

const WRITABLE = 'SET default_transaction_read_only = off';

async function localeOf(connection: ConnectionSettings, { driver, signal }: TargetContext): Promise<DatabaseLocale> {
  const db = await openWritable(connection, driver, signal);
  try {
    return await readLocale(db);
  } finally {
    await db.close();
  }
}

async function create(
  admin: WritableConnection,
  server: ConnectionSettings,
  name: string,
  locale: DatabaseLocale,
  note: TargetContext['note'],
): Promise<void> {
  const [row] = await admin.query(`SELECT pg_catalog.current_setting('server_version_num') AS version`);
  const choices = localeChoices(locale, Number(row?.['version']));
  for (const [index, { options, loss }] of choices.entries()) {
    try {
      await admin.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ${options}`);
      if (loss !== null)
        note(`The scratch database has ${loss}: the server does not know that one. Text may be ordered differently.`);
      return;
    } catch (error) {
      const sqlstate = error instanceof DatabaseError ? error.sqlstate : null;
      if (sqlstate === '42501') throw mayNotCreate(server, error);
      if (sqlstate === null || !unknownLocale.includes(sqlstate) || index === choices.length - 1) throw error;
    }
  }
}

function mayNotCreate(server: ConnectionSettings, cause: unknown): CannotVerifyError {
  return new CannotVerifyError(
    `The role ${server.user} may not create a scratch database on ${describeConnection(server)}: grant it with ` +
      `ALTER ROLE ${quoteIdentifier(server.user)} CREATEDB, or use the target sandbox, another server, or the URL of an empty database.`,
    { cause },
  );
}

function openedScratch(
  connection: ConnectionSettings,
  server: ConnectionSettings,
  marker: Marker,
  { driver, keep, note }: TargetContext,
): OpenTarget {
  const name = connection.database;
  let closed = false;
  return {
    connection,
    description: `scratch database ${describeConnection(connection)}`,
    async close(): Promise<void> {
      if (closed) return;
      if (keep) {
        note(`The scratch database was kept: ${describeConnection(connection)}. To drop it: DROP DATABASE ${name};`);
      } else {
        await drop(server, name, marker, driver);
      }
      closed = true;
    },
  };
}

/** Drops it only if it is there under our name with our marker: what somebody else made in the meantime is not ours. */
async function drop(
  server: ConnectionSettings,
  name: string,
  marker: Marker,
  driver: TargetContext['driver'],
): Promise<void> {
  try {
    const admin = await openWritable(server, driver);
    try {
      await admin.query(WRITABLE);
      const [row] = await admin.query(
        `SELECT pg_catalog.shobj_description(oid, 'pg_database') AS comment, pg_catalog.current_setting('server_version_num') AS version,
           (SELECT count(*) FROM pg_catalog.pg_subscription WHERE subdbid = d.oid) AS subscriptions
         FROM pg_catalog.pg_database AS d WHERE datname = $1`,
        [name],
      );
      if (row === undefined) return;
      const found = readMarker(row['comment'] ?? null);
      if (!name.startsWith(scratchPrefix) || found?.drill !== marker.drill) {
        throw new CannotVerifyError(
          "it no longer carries the mark that the drill gave it, so it may be somebody else's",
        );
      }
      if (row['subscriptions'] !== '0') await forgetSubscriptions({ ...server, database: name }, driver);
      await dropNow(admin, name, Number(row['version']));
    } finally {
      await admin.close();
    }
  } catch (error) {
    throw new CannotVerifyError(
      `The scratch database ${name} on ${describeConnection(server)} was not dropped: ${messageOf(error).replace(/\.+$/, '')}. ` +
        `Look at it, and drop it by hand: DROP DATABASE ${name};`,
      { cause: error },
    );
  }
}

async function dropNow(admin: WritableConnection, name: string, versionNumber: number): Promise<void> {
  if (versionNumber >= 130_000) {
    await admin.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`);
    return;
  }
  await admin.query(`SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = $1`, [
    name,
  ]);
  await admin.query(`DROP DATABASE ${quoteIdentifier(name)}`);
}
