import { displayName, quoteQualified } from '@pgdrill/core';
import type { DatabaseHandle, Row } from '@pgdrill/core';
import type { Change } from './observation.ts';

/** One column, as far as a row is made from another one. */
export interface WritableColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** Stored or virtual: it cannot be written. */
  readonly generated: boolean;
  readonly identity: boolean;
  /** Its default takes nothing from a sequence. */
  readonly hasDefault: boolean;
}

/** A unique index or an exclusion constraint. */
export interface WritableKey {
  readonly columns: readonly string[];
  /** Two rows with NULL in it may stand beside each other, and only equal values of whole columns may not. */
  readonly plain: boolean;
}

/** A user's trigger of the table. */
export interface WritableTrigger {
  readonly name: string;
  readonly on: readonly Change[];
  /** It must fire in any session, whatever the row holds. */
  readonly unconditional: boolean;
}

/** A table or partitioned table that may be tried. */
export interface WritableTable {
  readonly name: string;
  readonly schema: string;
  readonly relation: string;
  readonly partitioned: boolean;
  /** Of the role that tries. */
  readonly may: readonly string[];
  readonly ownerMay: readonly string[];
  readonly rowSecurity: boolean;
  /** Why trying it may do something outside the database, which no ROLLBACK undoes; null where it does not. */
  readonly reachesOut: string | null;
  /** Changes that a rule rewrites. */
  readonly ruled: readonly Change[];
  readonly columns: readonly WritableColumn[];
  readonly keys: readonly WritableKey[];
  readonly triggers: readonly WritableTrigger[];
}

/** A table that could be chosen. */
export interface Candidate {
  readonly oid: string;
  readonly name: string;
  readonly triggered: boolean;
  /** A partitioned table has no size of its own. */
  readonly partitioned: boolean;
}

/** Every table and partitioned table of users, without partitions and what belongs to extensions. */
export async function listCandidates(db: DatabaseHandle): Promise<readonly Candidate[]> {
  const rows = await db.query(CANDIDATES);
  return rows.map((row) => ({
    oid: row['oid'] ?? '',
    name: displayName(row['nspname'] ?? '', row['relname'] ?? ''),
    triggered: row['triggered'] === 't',
    partitioned: row['relkind'] === 'p',
  }));
}

/** Reads what must be known to try some tables, in their order. */
export async function readTables(
  db: DatabaseHandle,
  candidates: readonly Candidate[],
): Promise<readonly WritableTable[]> {
  const rows = await db.query(DETAILS, [candidates.map(({ oid }) => oid)]);
  const byOid = new Map(rows.map((row) => [row['oid'], row]));
  return candidates.map(({ oid, name }) => ({ name, ...parsed(byOid.get(oid)) }));
}

/** The table for a statement that reads or changes its rows: those of its heirs are theirs, with triggers of their own. */
export function ownRows({ schema, relation, partitioned }: WritableTable): string {
  return `${partitioned ? '' : 'ONLY '}${quoteQualified(schema, relation)}`;
}

function parsed(row: Row | undefined): Omit<WritableTable, 'name'> {
  return JSON.parse(row?.['details'] ?? '{}') as Omit<WritableTable, 'name'>;
}

const CANDIDATES = `
SELECT c.oid, n.nspname, c.relname, c.relkind,
       EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal) AS triggered
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

const list = (sql: string): string => `coalesce((${sql}), '[]')`;

const COLUMNS = `SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
    'name', a.attname, 'type', t.typname, 'nullable', NOT a.attnotnull AND t.typtype <> 'd', 'generated', a.attgenerated <> '', 'identity', a.attidentity <> '',
    'hasDefault', a.atthasdef AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_attrdef d
        JOIN pg_catalog.pg_depend p ON p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid
        JOIN pg_catalog.pg_class s ON p.refclassid = 'pg_catalog.pg_class'::regclass AND s.oid = p.refobjid AND s.relkind = 'S'
       WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum)) ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const INDEXES = `SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
    'plain', i.indisunique AND i.indexprs IS NULL AND coalesce(pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'false',
    'columns', ${list(`SELECT pg_catalog.json_agg(a.attname)
        FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, position)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
       WHERE k.position <= i.indnkeyatts`)}))
  FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)`;

// Source of the bits of tgtype: PostgreSQL, src/include/catalog/pg_trigger.h.
const TRIGGERS = `SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
    'name', g.tgname,
    'on', pg_catalog.array_remove(ARRAY[CASE WHEN g.tgtype & 4 > 0 THEN 'insert' END, CASE WHEN g.tgtype & 16 > 0 THEN 'update' END,
                                        CASE WHEN g.tgtype & 8 > 0 THEN 'delete' END], NULL),
    'unconditional', g.tgenabled IN ('O', 'A') AND g.tgqual IS NULL AND g.tgattr = ''))
  FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal`;

const REACHES_OUT = `CASE
  WHEN c.relkind = 'p' AND EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) p JOIN pg_catalog.pg_class f ON f.oid = p.relid AND f.relkind = 'f')
  THEN 'a partition of it is a foreign table'
  WHEN EXISTS (
  SELECT FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid JOIN pg_catalog.pg_language l ON l.oid = f.prolang
   WHERE g.tgrelid = c.oid AND NOT g.tgisinternal
     AND (NOT l.lanpltrusted AND l.lanname NOT IN ('internal', 'c')
       OR f.prosrc ~* '\\m(dblink\\w*|https?\\w*|pg_background\\w*)\\M|\\mnet[.]|\\m(from|to)\\s+program\\M'))
  THEN 'a trigger of it may reach outside the database' END`;

const DETAILS = `
SELECT c.oid, pg_catalog.json_build_object(
  'schema', n.nspname, 'relation', c.relname, 'partitioned', c.relkind = 'p',
  'may', ${list(`SELECT pg_catalog.json_agg(p) FROM pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p
                  WHERE pg_catalog.has_table_privilege(c.oid, p)`)},
  'ownerMay', ${list(`SELECT pg_catalog.json_agg(x.privilege_type) FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) x
                       WHERE x.grantee = c.relowner`)},
  'rowSecurity', pg_catalog.row_security_active(c.oid),
  'reachesOut', ${REACHES_OUT},
  'ruled', ${list(`SELECT pg_catalog.json_agg(CASE r.ev_type WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END)
                     FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type IN ('2', '3', '4') AND r.ev_enabled <> 'D'`)},
  'columns', ${list(COLUMNS)},
  'keys', ${list(INDEXES)},
  'triggers', ${list(TRIGGERS)})::text AS details
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY ($1::pg_catalog.oid[])`;
