/**
 * One hash-chained table, as the config describes it.
 *
 * Each row's hash is taken over its fields, joined; one of the fields is the previous row's hash. `field`s are rendered from PostgreSQL's own
 * column text by our process, so no function of the database has a part in the verdict.
 */
export interface ChainConfig {
  /** Name in reports; the table's name unless given. */
  readonly name?: string;
  /** Take everything not given here from a known shape. */
  readonly preset?: 'audit-chain';
  /** `schema.table`. */
  readonly table: string;
  /** Column that identifies a row in reports. */
  readonly key?: string;
  /** Columns that give the order in which rows were appended. Ties, and rows a little out of order, are settled by following the links. */
  readonly order?: readonly string[];
  readonly hash?: ChainHash;
  readonly prev?: ChainPrev;
  /** How a row becomes the text that is hashed (as UTF-8). */
  readonly format?: ChainFormat;
  /** A one-row table that holds the head's hash. */
  readonly sentinel?: { readonly table: string; readonly column: string };
  /** The database's own verify function. */
  readonly verify?: ChainVerifyFunction;
  /**
   * Who verifies every row: `sql`, the server by its pg_catalog functions; `independent`, our own recomputation outside the database. Both for a chain of
   * up to 200,000 rows unless given; for a longer one `sql`, and `independent` for 20,000 rows chosen at random.
   */
  readonly verifiers?: readonly ('sql' | 'independent')[];
  /** `empty: true` when a chain without rows is expected; otherwise an empty chain is a failure. */
  readonly expect?: { readonly empty?: boolean };
}

/** What a chain is called in reports. */
export function chainName({ name, table }: ChainConfig): string {
  return name ?? table;
}

/** The first name that more than one chain has; undefined when each has its own. Chains of one name could not be told apart when they are judged. */
export function sharedChainName(chains: readonly ChainConfig[]): string | undefined {
  const names = chains.map(chainName);
  return names.find((name, index) => names.indexOf(name) < index);
}

/** Where the row's hash is and how it is made. */
export interface ChainHash {
  readonly column: string;
  readonly algorithm: 'sha256' | 'sha384' | 'sha512';
  readonly encoding: 'hex' | 'bytea';
}

/** Where the previous row's hash is. `genesis`: as stored in the first row, and as it enters the first row's hash. */
export interface ChainPrev {
  readonly column: string;
  readonly genesis: { readonly stored: string | null; readonly hashed: string };
}

/** Fields joined by a separator. */
export interface ChainFormat {
  readonly separator: string;
  readonly fields: readonly ChainField[];
}

/** `prev`, or a column's text. `timestamp` renders a timestamptz in UTC as `YYYY-MM-DDTHH:MM:SS.ffffff` with that many digits and that suffix. */
export type ChainField =
  | { readonly prev: true }
  | {
      readonly column: string;
      /** What stands for NULL; the empty text unless given. */
      readonly null?: string;
      readonly timestamp?: { readonly digits: 0 | 3 | 6; readonly suffix: string };
    };

/** How to call the database's own verify function and read its answer. */
export interface ChainVerifyFunction {
  /** A query that returns one row, such as `SELECT * FROM public.verify_audit_chain()`. */
  readonly query: string;
  /** Column that is null when the chain is whole, else names the first broken row. */
  readonly firstBreak: string;
  /** Column with the number of rows walked. */
  readonly rows: string;
  /** Is it asked before the backup as well? Unless given: up to 200,000 rows. After the restore it always is. */
  readonly before?: boolean;
}
