import type { Artefact, ConnectionSettings, LogLine, RestoreContext, RestoreLog } from '@pgdrill/core';
import { chooseRestore } from '../client/choose-clients.ts';
import { findClients } from '../client/find-clients.ts';
import { runClient, type ClientOutcome } from '../client/run-client.ts';
import { withEnglishMessages } from '../log/english-messages.ts';
import { restoreFailure } from './blame.ts';
import { makeSchemas } from './make-schemas.ts';
import { settle, type DumpSettings, type PgDumpOptions } from './options.ts';
import { restoreEvents } from './restore-events.ts';
import { scriptTally, type ScriptTally } from './script-tally.ts';

/** Options of `pg_dump` that do nothing to an archive: `pg_restore` must be given them in their place. */
const leftToRestore: readonly string[] = ['--no-owner', '--no-acl'];

/** Restores the backup into an empty database. */
export async function restore(
  artefact: Artefact,
  target: ConnectionSettings,
  context: RestoreContext<PgDumpOptions>,
): Promise<RestoreLog> {
  const settings = settle(context.options);
  const { restoreTool, clientDirectory, stopOnError } = settings;
  const found = await findClients(restoreTool, clientDirectory);
  const tool = chooseRestore(restoreTool, found, artefact.versions['pg_dump'] ?? '', clientDirectory);
  const made = context.selection === null ? [] : await makeSchemas(context.selection, target, context.signal);
  for (const line of made) context.log(line);
  const tally = scriptTally();
  const outcome = await runClient({
    tool,
    arguments:
      restoreTool === 'psql' ? psqlArguments(settings, artefact.path) : pgRestoreArguments(settings, artefact.path),
    connection: await withEnglishMessages(target, context.signal),
    signal: context.signal,
    log: (line) => context.log(line),
    ...(settings.jobs === 1 && settings.format !== 'directory'
      ? { reads: { path: artefact.path, progress: (bytes: number) => context.progress(bytes) } }
      : {}),
    ...(restoreTool === 'psql' ? { output: (line: string) => tally.add(line) } : {}),
  });
  const events = await restoreEvents(outcome, { tool, artefact, jobs: settings.jobs, signal: context.signal });
  for (const event of events) context.event(event);
  const errors = errorsOf(outcome);
  if (stopOnError ? outcome.status !== 0 || errors > 0 : !ranToItsEnd(outcome))
    throw restoreFailure(outcome, tool, artefact.path, events);
  const summary = restoreTool === 'psql' ? [summaryOf(tally)] : [];
  for (const line of summary) context.log(line);
  return { versions: { [tool.name]: tool.version }, log: [...made, ...outcome.stderr.lines(), ...summary], errors };
}

function pgRestoreArguments(
  { dumpOptions, restoreArguments, stopOnError, jobs, format }: DumpSettings,
  path: string,
): readonly string[] {
  return [
    // Empty: from PGDATABASE, which is taken as a name whatever it looks like. A name given here that holds `=` would be read as a connection string.
    '--dbname=',
    '--no-password',
    // Only so are the archive entry of an error and the server's warnings told. Of several processes the lines would run into one another.
    ...(jobs === 1 ? ['--verbose'] : []),
    ...(stopOnError ? ['--exit-on-error'] : []),
    ...(jobs > 1 && format !== 'tar' ? [`--jobs=${jobs}`] : []),
    ...leftToRestore.filter((option) => dumpOptions.some(({ name }) => name === option)),
    ...restoreArguments,
    path,
  ];
}

function psqlArguments({ restoreArguments, stopOnError }: DumpSettings, path: string): readonly string[] {
  return [
    '--no-psqlrc',
    '--no-password',
    ...restoreArguments,
    `--set=ON_ERROR_STOP=${stopOnError ? 'on' : 'off'}`,
    // Brings the SQLSTATE, which tells an error from a notice in whatever language the server speaks.
    '--set=VERBOSITY=verbose',
    `--file=${path}`,
  ];
}

/** The error lines, whatever the exit status says. By several jobs, `pg_restore` counts one error twice, so its own sum is taken only for want of lines. */
function errorsOf({ stderr }: ClientOutcome): number {
  return stderr.errors > 0 ? stderr.errors : stderr.events.ignored;
}

/** `pg_restore` that went on after errors says how many it ignored, and exits 1. */
function ranToItsEnd({ status, stderr }: ClientOutcome): boolean {
  return status === 0 || (status === 1 && stderr.events.ignored > 0);
}

function summaryOf({ statements, copies, rows }: ScriptTally): LogLine {
  return {
    tool: 'psql',
    severity: 'info',
    text: `${statements} statements ran, ${copies} of them COPY, of ${rows} rows in all`,
  };
}
