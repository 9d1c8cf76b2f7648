import type { Acceptance } from '../accept/acceptance.ts';
import type { ChainConfig } from '../chain.ts';
import type { DriverName } from '../database/connection.ts';
import type { Json } from '../json.ts';
import type { MaxLoad } from '../max-load.ts';

/** A plug-in's options; `true` for none, `false` to leave a built-in check out. */
export type PluginSetting = boolean | { readonly [option: string]: Json };

/**
 * What `pgdrill.config.ts|js|json` may say. Command-line options win over it, and it wins over the `PG*` variables.
 *
 * Connection strings may name environment variables, for secrets: `$NAME` alone, or `${NAME}` anywhere in them.
 */
export interface Config {
  /** Connection URL or key/value string of the database whose backup is on trial. */
  readonly source?: string;
  /** `scratch` (default), `sandbox`, or the connection string of an empty database. */
  readonly target?: string;
  /** Where a scratch database is made; the source's server unless given. */
  readonly targetServer?: string;
  readonly driver?: DriverName;
  /** Connections that read tables at the same time; 2 unless given. */
  readonly workers?: number;
  /** Seconds that one round trip to a server may take; 3,600 unless given, 0 waits for ever. */
  readonly deadline?: number;
  /** Above this load of the server, the scan pauses between chunks; never unless given. */
  readonly maxLoad?: MaxLoad;
  /** `method` is a built-in name (`pg_dump` by default), a relative path or a package; all else are that method's options. */
  readonly backup?: { readonly method?: string; readonly [option: string]: Json | undefined };
  /**
   * By built-in name, relative path or package. Without this key all built-in checks run; with it, the built-in checks run too unless set to
   * `false`, and those named are added or given options.
   */
  readonly checks?: Readonly<Record<string, PluginSetting>>;
  readonly chains?: readonly ChainConfig[];
  /** Known differences: they stay in every report, and fail nothing. */
  readonly accept?: readonly Acceptance[];
  /** How much of the rows is read: `full` (default), `sample:N%` or `counts`. */
  readonly tier?: string;
  /** Chooses the rows of a sample; any, and reported, unless given. */
  readonly seed?: number;
  /** A manifest: chains are recomputed outside the database from its heads on, besides one in `sinceShare` (30 unless given) of the older rows. */
  readonly since?: string;
  readonly sinceShare?: number;
  /** Patterns, as of `pg_dump --table`: only the tables that one of them matches are backed up and compared. */
  readonly tables?: readonly string[];
  /** Patterns, as of `pg_dump --exclude-table`: the tables that one of them matches are left out. */
  readonly excludeTables?: readonly string[];
  /** By built-in name, relative path or package; `file` is where its text goes, inside `out` unless absolute. */
  readonly reporters?: readonly (
    | string
    | { readonly name: string; readonly file?: string; readonly options?: { readonly [option: string]: Json } }
  )[];
  /** Directory for the reports. */
  readonly out?: string;
  /** `ignore` has ids of what preflight looks at, such as `free-disk`: a drill begins in spite of what it says of them. */
  readonly preflight?: { readonly ignore?: readonly string[] };
  /** Let go of the source's snapshot before the restore: VACUUM can go on there, but differing rows can then not be looked up. */
  readonly releaseSource?: boolean;
  /** Keep the backup, and what the target made. */
  readonly keep?: boolean;
  /** Try to write to the restored database, in transactions that are rolled back. Unless given: where pgdrill made the database itself. */
  readonly writeTest?: boolean;
  /** `keys` writes primary keys of every type into reports; `surrogate-keys` (default) integers and uuids only, others as a short hash. */
  readonly reveal?: 'surrogate-keys' | 'keys';
}

/** Declares a config with its types checked; for `export default defineConfig({ ... })`. */
export function defineConfig(config: Config): Config {
  return config;
}
