import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionSettings } from '@pgdrill/core';
import type { Sandbox } from '@pgdrill/sandbox';
import { environmentOf, makeDatabase, settle } from './bench-server.ts';
import { pgdrill } from './program.ts';
import { run } from './timing.ts';
import type { ProgramRun } from './timing.ts';

/** The flags that every script dumps and restores with, and a drill too. */
const PLAIN = ['--no-owner', '--no-acl'];

/**
 * `pg_dump` and `pg_restore` of a database and nothing else.
 *
 * @param directory where the archive may lie
 * @returns seconds
 */
export async function bareDumpAndRestore(
  server: Sandbox,
  connection: ConnectionSettings,
  directory: string,
  dumpArguments: readonly string[],
  restoreArguments: readonly string[],
): Promise<number> {
  const file = join(directory, 'bare');
  await settle(server);
  const target = await makeDatabase(server, 'bare_target');
  const env = environmentOf(connection);
  const dumped = await run('pg_dump', [...dumpArguments, ...PLAIN, '-f', file], { env });
  const restored = await run(
    'pg_restore',
    [...PLAIN, '--exit-on-error', ...restoreArguments, '-d', target.database, file],
    { env: environmentOf(target) },
  );
  await rm(file, { recursive: true, force: true });
  return dumped.seconds + restored.seconds;
}

/** A whole drill, through the command line. */
export async function wholeDrill(
  server: Sandbox,
  connection: ConnectionSettings,
  args: readonly string[],
): Promise<ProgramRun> {
  await settle(server);
  return run(process.execPath, [...pgdrill, 'run', ...args], { env: environmentOf(connection) });
}
