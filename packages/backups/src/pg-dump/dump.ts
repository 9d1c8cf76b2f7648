import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Artefact, BackupContext, BackupSelection, ConnectionSettings, LogEvent, LogLine } from '@pgdrill/core';
import { bytesAt, digestOf } from '../artefact-digest.ts';
import { chooseDump, majorOf } from '../client/choose-clients.ts';
import { findClients, type ClientTool } from '../client/find-clients.ts';
import { runClient, type ClientOutcome } from '../client/run-client.ts';
import { lieOf } from '../log/lie.ts';
import { understand } from '../log/understand.ts';
import { dumpFailure } from './blame.ts';
import { compressArguments } from './compression.ts';
import { settle, type DumpFormat, type DumpSettings, type PgDumpOptions } from './options.ts';

const fileNames: Readonly<Record<DumpFormat, string>> = {
  custom: 'backup.dump',
  directory: 'backup',
  tar: 'backup.tar',
  plain: 'backup.sql',
};

const PROGRESS_MS = 500;

/** Takes the backup, on the drill's snapshot. A dump that fails leaves nothing behind. */
export async function dump(source: ConnectionSettings, context: BackupContext<PgDumpOptions>): Promise<Artefact> {
  const settings = settle(context.options);
  const { format, clientDirectory } = settings;
  const tool = chooseDump(
    await findClients('pg_dump', clientDirectory),
    context.source,
    context.target,
    clientDirectory,
  );
  const path = resolve(join(context.directory, fileNames[format]));
  const notes = [usedTool(tool), ...tooNew(tool, context)];
  for (const line of notes) context.log(line);
  const watch = setInterval(() => void bytesAt(path).then((bytes) => context.progress(bytes)), PROGRESS_MS);
  try {
    const outcome = await runClient({
      tool,
      arguments: dumpArguments(settings, tool, path, context),
      connection: source,
      signal: context.signal,
      log: (line) => context.log(line),
    });
    const events = backupEvents(outcome);
    for (const event of events) context.event(event);
    if (outcome.status !== 0 || outcome.stderr.errors > 0) throw dumpFailure(outcome, tool, events);
    const { bytes, sha256 } = await digestOf(path, context.signal);
    const versions = { pg_dump: tool.version, server: context.source.version };
    return { method: 'pg_dump', format, path, bytes, sha256, versions, log: [...notes, ...outcome.stderr.lines()] };
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    throw error;
  } finally {
    clearInterval(watch);
  }
}

/** What the lines mean; `pg_dump` names the objects in its own words alone. */
function backupEvents({ status, stderr }: ClientOutcome): readonly LogEvent[] {
  const { events, errors } = stderr;
  const lie = lieOf({ tool: 'pg_dump', status, errors, ignored: 0, parallel: false });
  return [...understand(events, () => null), ...(lie === null ? [] : [lie])];
}

function dumpArguments(
  settings: DumpSettings,
  tool: ClientTool,
  path: string,
  { snapshotId, selection }: BackupContext,
): readonly string[] {
  return [
    `--format=${settings.format}`,
    `--file=${path}`,
    '--no-password',
    ...(snapshotId === null ? [] : [`--snapshot=${snapshotId}`]),
    ...(settings.format === 'directory' && settings.jobs > 1 ? [`--jobs=${settings.jobs}`] : []),
    ...compressArguments(settings.compress, tool),
    ...(selection === null ? [] : selectionArguments(selection)),
    ...settings.dumpArguments,
  ];
}

/** The patterns as they are, so that the tool itself says what they mean; a pattern that it finds nothing for is an error. */
function selectionArguments({ tables, excludeTables }: BackupSelection): readonly string[] {
  return [
    ...tables.map((pattern) => `--table=${pattern}`),
    ...excludeTables.map((pattern) => `--exclude-table=${pattern}`),
    '--strict-names',
  ];
}

function usedTool(tool: ClientTool): LogLine {
  return { tool: tool.name, severity: 'info', text: `version ${tool.version} at ${tool.path}` };
}

function tooNew(tool: ClientTool, { target }: BackupContext): readonly LogLine[] {
  if (target === null || tool.major <= majorOf(target)) return [];
  const text = `version ${tool.version} is newer than the target server ${target.version}, which may not know the settings that the dump begins with`;
  return [{ tool: tool.name, severity: 'warning', text }];
}
