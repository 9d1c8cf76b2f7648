import { displayName, messageOf, quoteIdentifier, quoteQualified } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext, Row } from '@pgdrill/core';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import type { Orphans } from './observation.ts';
import type { ConstraintsOptions } from './options.ts';

/** Counts the rows that violate each foreign key, and names those that are left uncounted for their size. Only numbers of rows leave the server. */
export async function countOrphans(
  db: DatabaseHandle,
  { orphans = 'small' }: ConstraintsOptions,
  context: ObserveContext,
): Promise<Readonly<Record<string, Orphans>>> {
  if (orphans === 'never') return {};
  const keys = (await db.query(FOREIGN_KEYS)).map(toForeignKey);
  const known = keys.filter(({ of }) => !of.some((relation) => context.isLeftOut(relation)));
  const wanted = known.filter(({ isSmall }) => orphans === 'always' || isSmall);
  const counted: (readonly [string, Orphans])[] = [];
  for (let from = 0; from < wanted.length; from += AT_ONCE)
    counted.push(...(await countSome(db, wanted.slice(from, from + AT_ONCE), context)));
  const larger = known.filter(({ isSmall }) => !isSmall).map(({ name }) => name);
  const byName = Object.fromEntries<Orphans>(counted);
  return { ...byName, ...Object.fromEntries(larger.map((name) => [name, { ...byName[name], larger: true } as const])) };
}

/** Thousands of small tables are asked in few round trips. */
const AT_ONCE = 50;

interface ForeignKey {
  readonly name: string;
  /** Both tables, as in `Table.name`. */
  readonly of: readonly string[];
  readonly isSmall: boolean;
  /** Gives one row with one number. */
  readonly sql: string;
}

async function countSome(
  db: DatabaseHandle,
  keys: readonly ForeignKey[],
  context: ObserveContext,
): Promise<readonly (readonly [string, Orphans])[]> {
  try {
    const rows = await db.query(
      keys.map(({ sql }, at) => `SELECT ${at} AS at, (${sql})::text AS rows`).join(' UNION ALL '),
    );
    return rows.map(({ at, rows: count }) => [keys[Number(at)]?.name ?? '', { rows: count ?? '0' }]);
  } catch (error) {
    context.signal.throwIfAborted();
    const [only] = keys;
    if (only !== undefined && keys.length === 1) return [[only.name, { error: messageOf(error) }]];
  }
  const each: (readonly [string, Orphans])[] = [];
  for (const key of keys) each.push(...(await countSome(db, [key], context)));
  return each;
}

/** Up to 64 MB, both tables: read in less than a second, as a rule. */
const SMALL = 64 * 1024 * 1024;

/** SQL for the size of a table or of all partitions of one. */
function bytes(table: string): string {
  return `CASE ${table}.relkind WHEN 'p'
    THEN (SELECT pg_catalog.sum(pg_catalog.pg_relation_size(t.relid)) FROM pg_catalog.pg_partition_tree(${table}.oid) t)
    ELSE pg_catalog.pg_relation_size(${table}.oid) END`;
}

/** A partition's copy is counted with its parent. A key over a range (PERIOD, PostgreSQL 18) is met by several rows together, and is not counted. */
const FOREIGN_KEYS = `
  SELECT n.nspname AS schema, c.relname AS relation, k.conname AS name, c.relkind AS kind,
         fn.nspname AS foreign_schema, f.relname AS foreign_relation, f.relkind AS foreign_kind,
         k.confmatchtype AS match, (${bytes('c')} <= ${SMALL} AND ${bytes('f')} <= ${SMALL})::text AS small,
         (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, b.attname, o.oprname, os.nspname,
                   CASE WHEN a.attcollation <> b.attcollation AND b.attcollation <> 0 THEN pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname) END)
                   ORDER BY p.position)
            FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop)) WITH ORDINALITY
                   AS p (own, "foreign", operator, position)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.own
            JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p."foreign"
            JOIN pg_catalog.pg_operator o ON o.oid = p.operator
            JOIN pg_catalog.pg_namespace os ON os.oid = o.oprnamespace
            LEFT JOIN pg_catalog.pg_collation l ON l.oid = b.attcollation
            LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace)::text AS columns
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
    JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
   WHERE k.contype = 'f' AND k.conparentid = 0 AND pg_catalog.pg_get_constraintdef(k.oid) !~ ' PERIOD '
     AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`;

type ColumnPair = readonly [
  own: string,
  foreign: string,
  operator: string,
  operatorSchema: string,
  collation: string | null,
];

/**
 * The same question that PostgreSQL asks when it validates a foreign key. Under MATCH SIMPLE a row with any null is fine, under MATCH FULL only one
 * where all are null.
 *
 * Source: PostgreSQL, `RI_Initial_Check` in src/backend/utils/adt/ri_triggers.c.
 */
function toForeignKey(row: Row): ForeignKey {
  const text = (name: string): string => row[name] ?? '';
  const columns = JSON.parse(text('columns')) as readonly ColumnPair[];
  const from = (kind: string, schema: string, relation: string): string =>
    `${text(kind) === 'p' ? '' : 'ONLY '}${quoteQualified(text(schema), text(relation))}`;
  const on = columns.map(([own, foreign, operator, schema, collation]) => {
    const collate = collation === null ? '' : ` COLLATE ${collation}`;
    return `p.${quoteIdentifier(foreign)}${collate} OPERATOR(${quoteIdentifier(schema)}.${operator}) t.${quoteIdentifier(own)}${collate}`;
  });
  const filled = columns.map(([own]) => `t.${quoteIdentifier(own)} IS NOT NULL`);
  const [first] = columns;
  return {
    name: displayName(text('schema'), text('relation'), text('name')),
    of: [displayName(text('schema'), text('relation')), displayName(text('foreign_schema'), text('foreign_relation'))],
    isSmall: row['small'] === 'true',
    sql: `SELECT pg_catalog.count(*) FROM ${from('kind', 'schema', 'relation')} t
            LEFT JOIN ${from('foreign_kind', 'foreign_schema', 'foreign_relation')} p ON ${on.join(' AND ')}
           WHERE p.${quoteIdentifier(first?.[1] ?? '')} IS NULL AND (${filled.join(row['match'] === 'f' ? ' OR ' : ' AND ')})`,
  };
}
