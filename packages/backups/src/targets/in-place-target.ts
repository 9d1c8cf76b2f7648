import {
  describeConnection,
  openSnapshot,
  openWritable,
  UsageError,
  type DatabaseHandle,
  type OpenTarget,
  type Target,
  type TargetContext,
} from '@pgdrill/core';
import { dropAllScript, readDropPlan } from './drop-all.ts';
import { isSystemSchema } from './user-objects.ts';

/**
 * The source itself: everything in it is dropped, and the backup restored in its place. What other sessions write after the backup was taken is lost.
 *
 * `open` throws UsageError unless `confirm` is the very name of the source's database, and for what could not be dropped or brought back.
 * `beforeRestore` drops in one transaction: when anything refuses to go, all of it stays.
 */
export function inPlaceTarget({ confirm }: { readonly confirm: string }): Target {
  return {
    kind: 'in-place',
    async open(context): Promise<OpenTarget> {
      const { connection, identity } = context.source;
      if (confirm !== identity.databaseName) {
        throw new UsageError(
          `An in-place drill destroys the database ${identity.databaseName} on ${describeConnection(connection)} and restores it from its backup. ` +
            `That was confirmed for ${JSON.stringify(confirm)}: confirm it by its exact name, or use the target scratch.`,
        );
      }
      await look(context);
      return {
        connection,
        description: `database ${describeConnection(connection)}, in place`,
        artefactIsPrecious: true,
        beforeRestore: () => dropAll(context),
        close: async () => {},
      };
    },
  };
}

/** Refuses what is known to fail, and tells who else is there. */
async function look({ source, driver, signal, note }: TargetContext): Promise<void> {
  const { connection } = source;
  const session = await openSnapshot({ connection, driver, signal });
  try {
    const obstacles = await findObstacles(session.leader);
    if (obstacles.length > 0) {
      throw new UsageError(
        `An in-place drill of ${describeConnection(connection)} cannot be done: ${obstacles.join('; ')}. Use the target scratch or sandbox.`,
      );
    }
    const others = await otherSessions(session.leader, connection.applicationName);
    if (others > 0) {
      note(
        `${others} other session(s) are connected to ${source.identity.databaseName}: what they write from now on is lost.`,
      );
    }
    const owned = await ownedOrGranted(session.leader);
    if (owned > 0) {
      note(
        `${owned} object(s) of ${source.identity.databaseName} belong to another role or have privileges of their own: the default arguments --no-owner ` +
          '--no-acl do not bring these back. Set dumpArguments to [] to keep them.',
      );
    }
  } finally {
    await session.close();
  }
}

/** What a role may not drop, what a dump cannot bring back, and what dropping would do beyond this database. */
const obstacleQuery = `
  WITH me AS (SELECT rolsuper AS super FROM pg_catalog.pg_roles WHERE rolname = current_user)
  SELECT 'it can only be read' AS obstacle WHERE pg_catalog.pg_is_in_recovery()
  UNION ALL SELECT 'it has the subscription ' || subname || ', which would be dropped with its slot on the publisher'
    FROM pg_catalog.pg_subscription WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  UNION ALL SELECT 'it has the prepared transaction ' || gid || ', whose locks would stop the drop'
    FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database()
  UNION ALL SELECT 'the role ' || current_user || ' may not drop the schema ' || nspname || ', of ' || pg_catalog.pg_get_userbyid(nspowner)
    FROM pg_catalog.pg_namespace, me
    WHERE NOT super AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT pg_catalog.pg_has_role(nspowner, 'USAGE')
  UNION ALL SELECT 'the role ' || current_user || ' may not create schemas in it'
    WHERE NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
  UNION ALL SELECT 'only a superuser may create the extension ' || extname || ' again'
    FROM pg_catalog.pg_extension AS e, me
    WHERE NOT super AND e.oid >= 16384 AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_available_extension_versions AS v, pg_catalog.jsonb_extract_path_text(pg_catalog.to_jsonb(v), 'trusted') AS marked
      WHERE v.name = e.extname AND v.version = e.extversion AND (NOT v.superuser OR marked = 'true'))
  UNION ALL SELECT 'the server has no files of the extension ' || extname || ' to create it again'
    FROM pg_catalog.pg_extension AS e
    WHERE e.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions AS a WHERE a.name = e.extname)
  UNION ALL SELECT 'only a superuser may drop the event trigger ' || evtname || ' and create it again' FROM pg_catalog.pg_event_trigger, me WHERE NOT super
  UNION ALL SELECT 'only a superuser may create the foreign-data wrapper ' || fdwname || ' again' FROM pg_catalog.pg_foreign_data_wrapper AS f, me
    WHERE NOT super AND f.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass AND d.objid = f.oid AND d.deptype = 'e')
  UNION ALL SELECT 'the large object ' || l.oid || ' is of another role' FROM pg_catalog.pg_largeobject_metadata AS l, me
    WHERE NOT super AND NOT pg_catalog.pg_has_role(l.lomowner, 'USAGE')
  LIMIT 10`;

async function findObstacles(db: DatabaseHandle): Promise<readonly string[]> {
  const rows = await db.query(obstacleQuery);
  return rows.map(({ obstacle }) => obstacle ?? '');
}

async function otherSessions(db: DatabaseHandle, applicationName: string): Promise<number> {
  const [row] = await db.query(
    `SELECT pg_catalog.count(*)::text AS others FROM pg_catalog.pg_stat_activity
     WHERE datname = pg_catalog.current_database() AND backend_type = 'client backend' AND application_name <> $1`,
    [applicationName],
  );
  return Number(row?.['others'] ?? 0);
}

/** Relations, functions and schemas that a restore without owners and privileges changes. */
async function ownedOrGranted(db: DatabaseHandle): Promise<number> {
  const [row] = await db.query(
    `WITH object (owner, acl, namespace) AS (
       SELECT relowner, relacl, relnamespace FROM pg_catalog.pg_class
       UNION ALL SELECT proowner, proacl, pronamespace FROM pg_catalog.pg_proc
       UNION ALL SELECT nspowner, nspacl, oid FROM pg_catalog.pg_namespace WHERE nspname <> 'public')
     SELECT pg_catalog.count(*)::text AS count FROM object AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.namespace
     WHERE NOT ${isSystemSchema} AND (o.acl IS NOT NULL OR pg_catalog.pg_get_userbyid(o.owner) <> current_user)`,
  );
  return Number(row?.['count'] ?? 0);
}

async function dropAll({ source, driver, signal }: TargetContext): Promise<void> {
  const db = await openWritable(source.connection, driver, signal);
  try {
    await db.script(dropAllScript(await readDropPlan(db)));
  } finally {
    await db.close();
  }
}
