import { displayName } from '@pgdrill/core';
import type { DatabaseHandle } from '@pgdrill/core';
import { USER_SCHEMAS } from '../catalogue/user-objects.ts';

/** A column that takes its values from a sequence. */
export interface FedColumn {
  /** Display name. */
  readonly sequence: string;
  /** The display name of its table. */
  readonly table: string;
  readonly schema: string;
  readonly relation: string;
  readonly column: string;
  /** An index finds its greatest value at once. */
  readonly isIndexed: boolean;
  /** It has children, whose rows are its own as well: partitions, or tables that inherit. */
  readonly hasChildren: boolean;
  /** The sequence goes down. */
  readonly descends: boolean;
}

/** Number columns that own a sequence, are an identity, or have `nextval` in their default; without sequences that cycle, whose values come again. */
export async function fedColumns(db: DatabaseHandle): Promise<readonly FedColumn[]> {
  const rows = await db.query(FED_COLUMNS);
  return rows.map((row) => {
    const [schema, relation] = [row['schema'] ?? '', row['relation'] ?? ''];
    return {
      sequence: displayName(row['sequence_schema'] ?? '', row['sequence'] ?? ''),
      table: displayName(schema, relation),
      schema,
      relation,
      column: row['column'] ?? '',
      isIndexed: row['is_indexed'] === 't',
      hasChildren: row['has_children'] === 't',
      descends: row['descends'] === 't',
    };
  });
}

/** Source: PostgreSQL manual, `pg_depend`: a sequence depends on the column that owns it, and a default on the sequence that it names. */
const FED_COLUMNS = `
SELECT n.nspname AS sequence_schema, s.relname AS sequence, tn.nspname AS schema, t.relname AS relation, a.attname AS column,
       q.seqincrement < 0 AS descends, t.relhassubclass AS has_children,
       EXISTS (SELECT FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_am m ON m.oid = i.relam
                WHERE x.indrelid = t.oid AND x.indkey[0] = a.attnum AND x.indisvalid AND x.indpred IS NULL AND m.amname = 'btree') AS is_indexed
  FROM (SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS number
          FROM pg_catalog.pg_depend d
         WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
         UNION
        SELECT d.refobjid, f.adrelid, f.adnum
          FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
         WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass) e
  JOIN pg_catalog.pg_class s ON s.oid = e.sequence AND s.relkind = 'S'
  JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = e.relation AND t.relkind IN ('r', 'p')
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = e.number
  JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
 WHERE ${USER_SCHEMAS} AND NOT q.seqcycle
   AND COALESCE(NULLIF(y.typbasetype, 0), y.oid) IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'numeric'::pg_catalog.regtype)`;
