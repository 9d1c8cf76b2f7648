import type { DatabaseHandle } from '@pgdrill/core';

/** What a database holds beyond an empty one. */
export interface UserObjects {
  readonly count: number;
  /** The first few, as PostgreSQL describes them, such as `table app.orders`. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

/** System schemas: what is in them came with the server, or is temporary. */
export const isSystemSchema = `(nspname ~ '^pg_' OR nspname = 'information_schema')`;

/** Objects with smaller oids came with initdb (`FirstNormalObjectId` in access/transam.h). */
export const firstUserOid = 16384;

/**
 * Every object that a restore could collide with or mix with: all that lives in user schemas, the schemas themselves but for an empty `public`, and
 * what lives in no schema. Members of extensions are left out, since a base image may bring some, and CREATE EXTENSION IF NOT EXISTS passes over them.
 */
const query = `
  WITH candidate (class, object, namespace) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, oid, relnamespace FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
    UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, pronamespace FROM pg_catalog.pg_proc
    UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typnamespace FROM pg_catalog.pg_type AS t
      WHERE typrelid = 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS element WHERE element.typarray = t.oid)
    UNION ALL SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, oprnamespace FROM pg_catalog.pg_operator
    UNION ALL SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, collnamespace FROM pg_catalog.pg_collation
    UNION ALL SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, connamespace FROM pg_catalog.pg_conversion
    UNION ALL SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, cfgnamespace FROM pg_catalog.pg_ts_config
    UNION ALL SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, dictnamespace FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, oid, oid FROM pg_catalog.pg_namespace WHERE nspname <> 'public'
    UNION ALL SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_publication
    UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 'pg_catalog.pg_largeobject'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_largeobject_metadata
  ), found AS (
    SELECT c.class, c.object FROM candidate AS c LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.namespace
    WHERE (n.oid IS NULL OR NOT ${isSystemSchema}) AND c.object >= ${firstUserOid}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = c.class AND d.objid = c.object AND d.deptype = 'e')
  )
  SELECT (SELECT pg_catalog.count(*) FROM found)::text AS count, pg_catalog.pg_describe_object(class, object, 0) AS example
  FROM found ORDER BY class = 'pg_catalog.pg_class'::pg_catalog.regclass DESC, object LIMIT ${EXAMPLES}`;

/** Looks for user objects in a database. */
export async function findUserObjects(db: DatabaseHandle): Promise<UserObjects> {
  const rows = await db.query(query);
  return { count: Number(rows[0]?.['count'] ?? 0), examples: rows.map(({ example }) => example ?? '') };
}

/** For messages: the first few, and how many more there are. */
export function describeObjects({ count, examples }: UserObjects): string {
  const more = count - examples.length;
  return more > 0 ? `${examples.join(', ')} and ${more} more` : examples.join(', ');
}
