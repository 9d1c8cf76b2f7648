import {
  DatabaseError,
  openWritable,
  quoteIdentifier,
  UsageError,
  type ConnectionSettings,
  type OpenTarget,
  type Target,
  type TargetContext,
  type WritableConnection,
} from '@pgdrill/core';
import type { SandboxOptions, ServerCandidate } from './sandbox-options.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

const databaseName = 'restored';

/**
 * A throwaway server as target: started when the drill opens it, with one empty database of the source's encoding and, where it is to be had, its
 * collation; removed at the end, unless it is kept.
 *
 * PGlite is taken only when it is asked for: no program can COPY into it.
 */
export function sandboxTarget(options: Omit<SandboxOptions, 'signal'> = {}): Target {
  return {
    kind: 'sandbox',
    open: async (context) => {
      if (options.kind === 'pglite') refuseUnlessUtf8(context);
      const sandbox = await startSandbox({ ...options, unfit: unfitFor(options), signal: context.signal });
      try {
        context.note(`Target: ${sandbox.reason}.`);
        return await openTarget(sandbox, context);
      } catch (error) {
        await sandbox.close();
        throw error;
      }
    },
  };
}

function unfitFor({ kind, unfit }: Omit<SandboxOptions, 'signal'>): SandboxOptions['unfit'] {
  return async (server: ServerCandidate) =>
    server.kind === 'pglite' && kind !== 'pglite'
      ? 'programs such as pg_restore cannot COPY into it'
      : ((await unfit?.(server)) ?? null);
}

async function openTarget(sandbox: Sandbox, context: TargetContext): Promise<OpenTarget> {
  // PGlite has one database, and it is empty.
  const connection = sandbox.kind === 'pglite' ? sandbox.connection : await createDatabase(sandbox.connection, context);
  return {
    connection,
    description: `database ${connection.database} on a ${sandbox.description}`,
    close: async () => {
      const kept = context.keep ? await keep(sandbox, connection) : null;
      if (kept === null) await sandbox.close();
      else context.note(kept);
    },
  };
}

async function keep(sandbox: Sandbox, { database }: ConnectionSettings): Promise<string | null> {
  const kept = await sandbox.keep();
  return kept === null ? null : `The restored database is ${database}: ${kept}`;
}

function refuseUnlessUtf8({ source }: TargetContext): void {
  if (source.encoding === 'UTF8') return;
  throw new UsageError(
    `PGlite holds UTF8 only, and the source's encoding is ${source.encoding}. Choose --sandbox system.`,
  );
}

async function createDatabase(server: ConnectionSettings, context: TargetContext): Promise<ConnectionSettings> {
  const characters = await characterType(context);
  const session = await openWritable(server, context.driver, context.signal);
  try {
    await createLikeSource(session, context, characters);
  } finally {
    await session.close();
  }
  return { ...server, database: databaseName };
}

/** The source's LC_CTYPE, which often is not its collation. A server with one session cannot be asked while it is being captured. */
async function characterType({ source, driver, signal }: TargetContext): Promise<string | null> {
  if (source.connection.singleSession === true) return null;
  const session = await openWritable(source.connection, driver, signal);
  try {
    const [row] = await session.query(
      'SELECT datctype::text AS ctype FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()',
    );
    return row?.['ctype'] ?? null;
  } finally {
    await session.close();
  }
}

/** A locale may be unknown on this machine, or not go with the encoding; C goes with all of them. */
async function createLikeSource(
  session: WritableConnection,
  { source, note }: TargetContext,
  characters: string | null,
): Promise<void> {
  const create = `CREATE DATABASE ${quoteIdentifier(databaseName)} TEMPLATE template0 ENCODING ${literal(source.encoding)}`;
  try {
    await session.script(`${create} ${localeClauses(source.collation, characters)}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlstate === null) throw error;
    await session.script(`${create} LC_COLLATE 'C' LC_CTYPE 'C'`);
    note(
      `The throwaway server does not have the source's collation ${source.collation}: the target database has C instead.`,
    );
  }
}

/** From what core calls a collation: a libc locale, or the name with its provider, such as `en-US (icu)`. */
function localeClauses(collation: string, characters: string | null): string {
  const [, name = collation, provider] = /^(.*) \((icu|builtin)\)$/.exec(collation) ?? [];
  const libc = provider === undefined ? name : (characters ?? 'C');
  const clauses = `LC_COLLATE ${literal(libc)} LC_CTYPE ${literal(characters ?? libc)}`;
  if (provider === undefined) return clauses;
  return `${clauses} LOCALE_PROVIDER ${provider} ${provider === 'icu' ? 'ICU_LOCALE' : 'BUILTIN_LOCALE'} ${literal(name)}`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
