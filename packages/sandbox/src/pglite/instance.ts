import type { PGlite } from '@electric-sql/pglite';
import type { pgDump } from '@electric-sql/pglite-tools/pg_dump';
import { CannotVerifyError } from '@pgdrill/core';

/** What we use of a PGlite instance: PostgreSQL compiled to WebAssembly, with one session, in our own process. */
export interface PgliteInstance {
  /** Handles one message of the wire protocol and returns the answer. */
  answer(message: Uint8Array): Promise<Uint8Array>;
  /** The same, handing the answer over in pieces as they come. */
  stream(message: Uint8Array, onData: (data: Uint8Array) => void): Promise<void>;
  /** Runs statements, stopping at the first error. */
  run(sql: string): Promise<void>;
  inTransaction(): boolean;
  /** `server_version`, such as `18.3`. */
  readonly version: string;
  /** Plain SQL with INSERTs, from pg_dump compiled to WebAssembly. */
  dump(args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** In memory nothing survives anyway; small write-ahead segments and buffers save it twice over. */
const configuration = [
  'shared_buffers=16MB',
  'wal_buffers=256kB',
  'min_wal_size=4MB',
  'max_wal_size=16MB',
  'max_connections=10',
  'full_page_writes=off',
  'synchronous_commit=off',
  'autovacuum=off',
  'jit=off',
];
const initialisation = ['--wal-segsize=1', '--no-data-checksums', '--no-sync', '--no-instructions'];

/**
 * Starts an empty PostgreSQL in this process's memory.
 *
 * @throws CannotVerifyError when PGlite is not installed as it should be
 */
export async function openInstance(): Promise<PgliteInstance> {
  const packages = await load();
  const pglite = await packages.PGlite.create({ postgresqlconf: configuration, initDbStartParams: initialisation });
  const { rows } = await pglite.query<{ version: string }>("SELECT current_setting('server_version') AS version");
  return {
    version: rows[0]?.version ?? '',
    answer: (message) => pglite.execProtocolRaw(message, { syncToFs: false }),
    stream: (message, onData) => pglite.execProtocolRawStream(message, { syncToFs: false, onRawData: onData }),
    run: async (sql) => {
      await pglite.exec(sql);
    },
    inTransaction: () => pglite.isInTransaction(),
    dump: async (args) => (await packages.pgDump({ pg: pglite, args: [...args] })).text(),
    close: () => pglite.close(),
  };
}

async function load(): Promise<{ readonly PGlite: typeof PGlite; readonly pgDump: typeof pgDump }> {
  try {
    // Ten megabytes of WebAssembly, which most runs have no use for.
    return { ...(await import('@electric-sql/pglite')), ...(await import('@electric-sql/pglite-tools/pg_dump')) };
  } catch (cause) {
    throw new CannotVerifyError(
      'PGlite could not be loaded. Install it again (npm install @electric-sql/pglite @electric-sql/pglite-tools), or install PostgreSQL.',
      { cause },
    );
  }
}
