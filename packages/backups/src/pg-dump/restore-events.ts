import type { Artefact, LogEvent } from '@pgdrill/core';
import type { ClientTool } from '../client/find-clients.ts';
import { runClient, type ClientOutcome } from '../client/run-client.ts';
import { entryOfArchive, readContentsLine, type ArchiveContents } from '../log/archive-contents.ts';
import { lieOf } from '../log/lie.ts';
import { headingsAt } from '../log/script-headings.ts';
import { understand, type EntryOf } from '../log/understand.ts';

/** What was restored, and by what. */
export interface RestoreRun {
  readonly tool: ClientTool;
  readonly artefact: Artefact;
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** What the errors and warnings of a restore mean, and of which objects. Reads the backup's contents, if there is anything to look up in them. */
export async function restoreEvents({ status, stderr }: ClientOutcome, run: RestoreRun): Promise<readonly LogEvent[]> {
  const { events, errors } = stderr;
  const tool = run.tool.name;
  const entryOf = events.list.length === 0 ? () => null : await entriesOf(stderr.events.list, run);
  const lie = lieOf({ tool, status, errors, ignored: events.ignored, parallel: run.jobs > 1 });
  return [...understand(events, entryOf), ...(lie === null ? [] : [lie])];
}

async function entriesOf(list: ClientOutcome['stderr']['events']['list'], run: RestoreRun): Promise<EntryOf> {
  if (run.tool.name === 'psql') {
    const lines = list.flatMap(({ line }) => (line === null ? [] : [line]));
    const headings = await headingsAt(run.artefact.path, lines);
    return ({ line }, known) => headings.get(line ?? 0)?.[known?.above === true ? 'after' : 'before'] ?? null;
  }
  const contents = await contentsOf(run);
  return (event) => entryOfArchive(contents, event, run.jobs > 1);
}

async function contentsOf({ tool, artefact, signal }: RestoreRun): Promise<ArchiveContents> {
  const contents = new Map<string, string>();
  const output = (line: string): void => {
    const entry = readContentsLine(line);
    if (entry !== null) contents.set(...entry);
  };
  await runClient({ tool, arguments: ['--list', artefact.path], connection: null, signal, log: () => {}, output });
  return contents;
}
