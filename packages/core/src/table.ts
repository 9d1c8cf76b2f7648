/** One column of a user table, as the catalogue has it. */
export interface Column {
  readonly name: string;
  /** As `format_type` writes it, such as `timestamp(3) with time zone`. */
  readonly type: string;
  /** The type's own name without modifiers, such as `timestamptz`; a domain's base type. */
  readonly baseType: string;
  /** True when the base type is PostgreSQL's own, not one that a user or an extension made. */
  readonly builtIn: boolean;
  /** True when the declared type is a domain over the base type. */
  readonly domain: boolean;
  readonly notNull: boolean;
  /** True for `GENERATED ALWAYS AS (...) STORED`. */
  readonly generated: boolean;
}

/** How a relation is called. */
export interface RelationName {
  /** The subject name in findings, from `displayName`. */
  readonly name: string;
  readonly schema: string;
  readonly relation: string;
}

/** A relation that holds rows of its own: an ordinary table, a leaf partition, or a materialised view. */
export interface Table extends RelationName {
  readonly kind: 'table' | 'partition' | 'matview';
  /** `u` tables are empty after a base backup. */
  readonly persistence: 'permanent' | 'unlogged';
  /** Only there for a partition whose rows a restore may put into another: the partitioned table within which they stay. */
  readonly rowsStayIn?: RelationName;
  /** Only there where it belongs to an extension: a backup of some tables never has it. */
  readonly ofExtension?: true;
  /** False for a materialised view that was never refreshed: it cannot be read. */
  readonly populated: boolean;
  readonly columns: readonly Column[];
  /** Column names of the primary key, in key order; empty when there is none. */
  readonly primaryKey: readonly string[];
  /** Size of the heap in bytes, from `pg_relation_size`: what a scan reads. */
  readonly bytes: number;
}

/**
 * Under which name what is measured of a table's rows is kept: its own, or that of the partitioned table within which they stay, for all its partitions
 * together.
 */
export function measuredAs(table: Table): RelationName {
  return table.rowsStayIn ?? table;
}
