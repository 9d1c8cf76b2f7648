import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillFailure, type Artefact, type RestoreContext } from '@pgdrill/core';
import { digestOf, type Digest } from '../artefact-digest.ts';
import { chooseRestore } from '../client/choose-clients.ts';
import { findClients, type ClientTool } from '../client/find-clients.ts';
import { runClient } from '../client/run-client.ts';
import { archiveFailure } from './blame.ts';
import { tarDefect } from './tar-structure.ts';
import { settle, type PgDumpOptions } from './options.ts';

/** A dump of an empty database by any version is larger than this in every format. */
const SMALLEST = 200;

/**
 * Proves that the backup is what `pg_dump` wrote, and no stump.
 *
 * Always: size and SHA-256 as recorded, the format's own beginning (for plain SQL, its end too), and a table of contents that `pg_restore --list` can
 * read. That list is at the archive's front, so a truncated archive passes it; hence, when the restore is destructive, `pg_restore` writes the whole
 * archive out as SQL to /dev/null first, which reads and decompresses every block. Measured at 1,000,000 rows (340 MB of SQL, 120 MB compressed): 1.2 s
 * beside 8.6 s of dump and 6.8 s of restore. Where nothing is destroyed it is left out, since the restore reads the same blocks in the same way.
 *
 * @throws DrillFailure `backup/archive-damaged` or `backup/archive-empty`
 */
export async function check(artefact: Artefact, context: RestoreContext<PgDumpOptions>): Promise<void> {
  const settings = settle(context.options);
  sameDigest(artefact, await readDigest(artefact, context.signal));
  if (artefact.bytes < SMALLEST) {
    throw new DrillFailure(
      'backup/archive-empty',
      `The backup ${artefact.path} has ${artefact.bytes} bytes, which is less than a dump of an empty database: look at how it was written.`,
    );
  }
  if (artefact.format === 'plain') {
    await checkScript(artefact);
    return;
  }
  await checkMagic(artefact);
  if (artefact.format === 'tar') await checkTar(artefact);
  const found = await findClients('pg_restore', settings.clientDirectory);
  const tool = chooseRestore('pg_restore', found, artefact.versions['pg_dump'] ?? '', settings.clientDirectory);
  await checkContents(artefact, tool, context);
  if (context.destructive) await readToTheEnd(artefact, tool, context);
}

async function readDigest({ path }: Artefact, signal: AbortSignal): Promise<Digest> {
  try {
    return await digestOf(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new DrillFailure(
      'backup/archive-damaged',
      `Reading the backup ${path} failed: ${String(error)}. Look at the disk.`,
      { cause: error },
    );
  }
}

function sameDigest({ path, bytes, sha256 }: Artefact, now: Digest): void {
  if (now.bytes === bytes && now.sha256 === sha256) return;
  throw new DrillFailure(
    'backup/archive-damaged',
    `The backup ${path} is not what pg_dump wrote: ${bytes} bytes with SHA-256 ${sha256} then, ${now.bytes} bytes with ${now.sha256} now. ` +
      'Something changed it in between: look at the disk and the memory of this machine.',
  );
}

async function checkMagic({ path, format }: Artefact): Promise<void> {
  const place = format === 'directory' ? join(path, 'toc.dat') : path;
  const head = await readPart(place, 0, 512).catch(() => '');
  const right = format === 'tar' ? head.startsWith('ustar', 257) : head.startsWith('PGDMP');
  if (!right) {
    throw new DrillFailure(
      'backup/archive-damaged',
      `The backup ${path} does not begin as an archive of format ${format} does: it cannot be restored.`,
    );
  }
}

async function checkTar({ path }: Artefact): Promise<void> {
  const defect = await tarDefect(path);
  if (defect === null) return;
  throw new DrillFailure(
    'backup/archive-damaged',
    `The backup ${path} is no whole tar file: ${defect}. It cannot be restored whole: look at the disk and at how it was written.`,
  );
}

async function checkScript({ path, bytes }: Artefact): Promise<void> {
  const head = await readPart(path, 0, 1024);
  const tail = await readPart(path, Math.max(0, bytes - 1024), 1024);
  const missing = head.includes('-- PostgreSQL database dump')
    ? tail.includes('-- PostgreSQL database dump complete')
      ? null
      : 'end'
    : 'beginning';
  if (missing !== null) {
    throw new DrillFailure(
      'backup/archive-damaged',
      `The backup ${path} has not the ${missing} of a pg_dump script: it is not whole. Look at how it was written.`,
    );
  }
}

async function readPart(path: string, position: number, length: number): Promise<string> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position);
    return new TextDecoder('latin1').decode(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function checkContents({ path, bytes }: Artefact, tool: ClientTool, context: RestoreContext): Promise<void> {
  let entries = 0;
  let tables = 0;
  const count = (line: string): void => {
    if (/^\d+; \d+ \d+ /.test(line)) entries += 1;
    if (/^\d+; \d+ \d+ TABLE DATA /.test(line)) tables += 1;
  };
  const outcome = await runClient({ ...quiet(tool, context), arguments: ['--list', path], output: count });
  if (outcome.status !== 0 || outcome.stderr.errors > 0) throw archiveFailure(outcome, tool, path);
  if (tables > 0) return;
  context.log({
    tool: tool.name,
    severity: 'warning',
    text: `the archive (${bytes} bytes, ${entries} entries) holds the data of no table`,
  });
}

async function readToTheEnd({ path }: Artefact, tool: ClientTool, context: RestoreContext): Promise<void> {
  const outcome = await runClient({ ...quiet(tool, context), arguments: ['--file=/dev/null', path] });
  if (outcome.status !== 0 || outcome.stderr.errors > 0) throw archiveFailure(outcome, tool, path);
}

function quiet(
  tool: ClientTool,
  { signal, log }: RestoreContext,
): { readonly tool: ClientTool; readonly connection: null; readonly signal: AbortSignal; log: RestoreContext['log'] } {
  return { tool, connection: null, signal, log };
}
