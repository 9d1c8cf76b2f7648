/**
 * One hash-chained table, as the config describes it.
 *
 * Each row's hash is taken over what its format makes of the row's fields; one of them is the previous row's hash. Fields are rendered from
 * PostgreSQL's own column text by our process, so no function of the database has a part in the verdict.
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
  /** Columns by whose values the table holds a chain each, such as a tenant's. NULL is a value. */
  readonly scope?: readonly string[];
  /** Columns that give the order in which rows were appended. Ties, and rows a little out of order, are settled by following the links. */
  readonly order?: readonly string[];
  /** A whole number that goes up by one from row to row in a scope, with no gap. */
  readonly contiguous?: string;
  readonly hash?: ChainHash;
  readonly prev?: ChainPrev;
  /** What a row's hash is taken over. Of several, each row has to fit one that is meant for it. */
  readonly format?: ChainFormat | readonly ChainFormat[];
  /** A one-row table that holds the head's hash. */
  readonly sentinel?: { readonly table: string; readonly column: string };
  /** The database's own verify function. */
  readonly verify?: ChainVerifyFunction;
  /**
   * One statement that appends a row as the application does, such as `SELECT public.audit_append('login')`: run in the restored database, in a transaction
   * that is rolled back, to prove that the chain goes on.
   */
  readonly append?: string;
  /**
   * Who verifies every row: `sql`, the server by its pg_catalog functions; `independent`, our own recomputation outside the database. Both for a chain of
   * up to 200,000 rows unless given; for a longer one `sql`, and `independent` for 10,000 rows chosen at random.
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

/** Hash functions, by the names that OpenSSL has for them. */
export type ChainAlgorithm =
  | 'sha224'
  | 'sha256'
  | 'sha384'
  | 'sha512'
  | 'sha3-256'
  | 'sha3-384'
  | 'sha3-512'
  | 'blake2b512'
  | 'blake2s256';

/** How a hash is written: `hex` in lower case; `base64` with its padding; `bytea` as bytes. */
export type HashEncoding = 'hex' | 'hex-upper' | 'base64' | 'bytea';

/** Where the row's hash is and how it is made. */
export interface ChainHash {
  readonly column: string;
  readonly algorithm: ChainAlgorithm;
  readonly encoding: HashEncoding;
  /** In which bytes text is hashed; `utf8` unless given. `latin1` for a chain whose database hashed text in that encoding. */
  readonly charset?: 'utf8' | 'latin1';
  /** The hash is an HMAC. Then only our own process verifies it: a key is never sent to a server. */
  readonly hmac?: ChainHmac;
}

/** Keys of an HMAC, each a reference to the environment such as `$AUDIT_KEY`: one `key`, or `keys` by what the column `version` holds. */
export interface ChainHmac {
  readonly key?: string;
  readonly keys?: Readonly<Record<string, string>>;
  readonly version?: string;
  /** How the variable writes the key's bytes; `utf8` unless given. */
  readonly encoding?: 'utf8' | 'hex' | 'base64';
}

/** Where the previous row's hash is. */
export interface ChainPrev {
  /** In the encoding of the hash. Without a column, it is the hash of the row before in `order`. */
  readonly column?: string;
  /** As stored in the first row, and as it enters the first row's hash. */
  readonly genesis: { readonly stored?: string | null; readonly hashed: string | null };
}

/** What a hash is taken over, and for which rows. */
export type ChainFormat = (JoinedFormat | JsonFormat | LengthsFormat | StoredFormat | SqlFormat) & {
  /** The rows it is meant for; all unless given. */
  readonly when?: FormatSelector;
};

/** Rows by a column: it holds this value, it is NULL or not, or it is a number from (inclusive) or below. */
export interface FormatSelector {
  readonly column: string;
  readonly is?: string;
  readonly null?: boolean;
  readonly from?: number;
  readonly below?: number;
}

/** Fields joined by a separator, which may be empty. `skipNull` leaves NULL out together with its separator, as `concat_ws` does. */
export interface JoinedFormat {
  readonly separator: string;
  readonly skipNull?: boolean;
  readonly fields: readonly ChainField[];
}

/**
 * Fields as JSON. `spacing` is `none` (JavaScript), `spaced` (`{"a": 1}`, as Python and jsonb write it), or `record` (`{"a" : 1}`, as json_build_object does).
 * `sorted` sorts keys at all levels; `ascii` escapes everything else; `rfc8785` is the JSON Canonicalization Scheme.
 */
export interface JsonFormat {
  readonly json: 'object' | 'array';
  readonly style?: JsonStyle;
  readonly fields: readonly ChainField[];
}

/** How JSON is written. */
export interface JsonStyle {
  readonly spacing?: 'none' | 'spaced' | 'record';
  readonly sorted?: boolean;
  readonly ascii?: boolean;
  readonly rfc8785?: boolean;
}

/** Fields one after the other, each behind its length in bytes: in decimal with `mark` behind it, or as 32 bits, high byte first. NULL has the length -1. */
export interface LengthsFormat {
  readonly lengths: 'decimal' | 'uint32';
  readonly mark?: string;
  readonly fields: readonly ChainField[];
}

/** A column that holds the hashed text or bytes itself. */
export interface StoredFormat {
  readonly stored: string;
  /** It holds bytes. */
  readonly as?: 'bytes';
}

/**
 * An expression over the row `t` that the server evaluates to text or bytea, for what nothing else here can say. A damaged function could vouch for itself
 * there, and the report says so.
 */
export interface SqlFormat {
  readonly sql: string;
  /** It is a bytea. */
  readonly as?: 'bytes';
}

/** A piece of what is hashed. */
export type ChainField = PrevField | TextField | DigestField | ColumnField;

/** The previous hash: as it is stored (bytes as hex), or as `bytes`. */
export interface PrevField {
  readonly prev: true;
  readonly as?: 'bytes';
  /** Its key in JSON. */
  readonly name?: string;
}

/** The same text in every row. */
export interface TextField {
  readonly text: string;
  readonly name?: string;
}

/** The hash of something else, as the content hash in a hash of two levels. */
export interface DigestField {
  readonly digest: {
    readonly algorithm: ChainAlgorithm;
    readonly encoding: 'hex' | 'hex-upper' | 'base64' | 'bytes';
    readonly of: ChainFormat;
  };
  readonly name?: string;
}

/** A column's text, or one of the forms below. */
export interface ColumnField {
  readonly column: string;
  /** Its key in JSON; the column's name unless given. */
  readonly name?: string;
  /** What stands for NULL; the empty text unless given; JSON has null. */
  readonly null?: string;
  /** Leave the key out of JSON where the column is NULL. */
  readonly omitNull?: boolean;
  /** A timestamp in UTC as `YYYY-MM-DDTHH:MM:SS.ffffff` with so many digits, or without trailing zeros, and this suffix. */
  readonly timestamp?: { readonly digits: 0 | 3 | 6 | 'trimmed'; readonly suffix: string };
  /** A timestamp as the whole number of these since 1970. */
  readonly epoch?: 'seconds' | 'milliseconds' | 'microseconds';
  /** A json or jsonb column, written anew; PostgreSQL's own text unless given. */
  readonly json?: JsonStyle;
  /** A bytea column as `bytes`; PostgreSQL's own text (`\x...`) unless given. */
  readonly as?: 'bytes' | 'hex';
}

/** How to call the database's own verify function and read its answer. */
export interface ChainVerifyFunction {
  /** A query that returns one row, such as `SELECT * FROM public.verify_audit_chain()`. */
  readonly query: string;
  /** Column that is null when the chain is whole, else names the first broken row. */
  readonly firstBreak: string;
  /** Column with the number of rows walked. */
  readonly rows: string;
  /** Is it asked before the backup as well? Unless given: up to 200,000 rows. After the restore it is, whenever the config names it. */
  readonly before?: boolean;
}
