import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CannotVerifyError,
  defineBackupMethod,
  DrillFailure,
  openWritable,
  UsageError,
  type Artefact,
  type BackupContext,
  type BackupMethod,
  type ConnectionSettings,
  type RestoreContext,
  type RestoreLog,
} from '@pgdrill/core';
import type { PgliteServer } from './pglite-server.ts';

type NoOptions = Readonly<Record<string, never>>;

const tool = 'pglite-tools pg_dump';
const dumpArguments = ['--no-owner', '--no-acl'];
const closingLine = '-- PostgreSQL database dump complete';

/**
 * Backs up a PGlite sandbox: pg_dump, compiled to WebAssembly, on the instance itself, as plain SQL.
 *
 * PGlite has one session, so there is no exported snapshot: the drill captures first and dumps afterwards, and in between nobody but the drill knows
 * the password that lets one in.
 */
export function pgliteMethod(server: PgliteServer): BackupMethod<NoOptions> {
  return defineBackupMethod<NoOptions>({
    name: 'pglite',
    summary: 'pg_dump from npm, compiled to WebAssembly, on a PGlite sandbox (plain SQL)',
    optionsSchema: { type: 'object', additionalProperties: false },
    // The version of pg_dump is that of PGlite: the packages are built and pinned together.
    prepare: async (_options, { source }) => {
      if (source.version !== server.version) {
        throw new UsageError(
          `The method pglite backs up the PGlite sandbox that pgdrill started (PostgreSQL ${server.version}), not a server of version ${source.version}. Use pg_dump.`,
        );
      }
      return { [tool]: server.version };
    },
    backup: (_source, context) => backup(server, context),
    check: checkArtefact,
    restore,
  });
}

async function backup(server: PgliteServer, context: BackupContext<NoOptions>): Promise<Artefact> {
  const path = join(context.directory, 'dump.sql');
  let sql: string;
  try {
    sql = await server.dump(dumpArguments);
  } catch (cause) {
    throw new CannotVerifyError(
      `Dumping the PGlite sandbox failed: ${String(cause)} Use --sandbox system if that goes on.`,
      { cause },
    );
  }
  context.signal.throwIfAborted();
  await writeFile(path, sql, { mode: 0o600 });
  const { size } = await stat(path);
  context.progress(size);
  return {
    method: 'pglite',
    format: 'plain',
    path,
    bytes: size,
    sha256: createHash('sha256').update(sql).digest('hex'),
    versions: { [tool]: server.version },
    log: [],
  };
}

/** pg_dump's last line says that it reached its end; the digest says that nothing changed since. */
async function checkArtefact(artefact: Artefact): Promise<void> {
  const sql = await readFile(artefact.path);
  const sha256 = createHash('sha256').update(sql).digest('hex');
  const whole = sql.subarray(-200).toString('utf8').includes(closingLine);
  if (whole && sha256 === artefact.sha256) return;
  throw new DrillFailure(
    'backup/archive-damaged',
    whole
      ? `The dump ${artefact.path} is not the one that was written: its SHA-256 is ${sha256}, and was ${artefact.sha256}. Take the backup again.`
      : `The dump ${artefact.path} ends before its last line, "${closingLine}". Take the backup again.`,
  );
}

async function restore(
  artefact: Artefact,
  target: ConnectionSettings,
  context: RestoreContext<NoOptions>,
): Promise<RestoreLog> {
  const sql = await readFile(artefact.path, 'utf8');
  const connection = await openWritable(target, 'pg', context.signal);
  try {
    // One message, and so one transaction: the first error ends it and undoes it all.
    await connection.script(sql);
  } catch (cause) {
    context.signal.throwIfAborted();
    throw new DrillFailure(
      'restore/failed',
      `Restoring the plain SQL dump failed, and was undone: ${(cause as Error).message}`,
      { cause },
    );
  } finally {
    await connection.close();
  }
  context.progress(artefact.bytes);
  return { versions: {}, log: [], errors: 0 };
}
