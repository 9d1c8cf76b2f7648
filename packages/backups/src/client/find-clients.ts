import { execFile } from 'node:child_process';
import { access, constants, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { clientFolders } from './client-folders.ts';

/** The client programs that a dump and its restore need. */
export type ClientName = 'pg_dump' | 'pg_restore' | 'psql';

/** A client program that starts. */
export interface ClientTool {
  readonly name: ClientName;
  /** Absolute, with every link followed. */
  readonly path: string;
  /** As `--version` says it, such as `15.18` or `18beta1`. */
  readonly version: string;
  /** Such as 15. */
  readonly major: number;
}

const run = promisify(execFile);

/**
 * Every version of one client program on this machine: of equal ones, the first on PATH first.
 *
 * Debian's `pg_wrapper`, which is what its /usr/bin/pg_dump really is, is passed over: it runs the version that some configuration names, and the
 * programs it would choose from are in their own folders.
 *
 * @param directory look only here
 */
export async function findClients(name: ClientName, directory?: string): Promise<readonly ClientTool[]> {
  const folders = directory === undefined ? await clientFolders() : [resolve(directory)];
  const paths = await Promise.all(folders.map((folder) => realProgram(join(folder, name))));
  const unique = [...new Set(paths)].filter((path) => path !== null);
  const tools = await Promise.all(unique.map((path) => probe(name, path)));
  return tools.filter((tool) => tool !== null);
}

async function realProgram(path: string): Promise<string | null> {
  try {
    await access(path, constants.X_OK);
    const real = await realpath(path);
    if (basename(real) === 'pg_wrapper') return null;
    // A program that looks at the name it was called by, such as busybox-like ones, keeps that name.
    return basename(real) === basename(path) ? real : join(await realpath(dirname(path)), basename(path));
  } catch {
    return null;
  }
}

/** A drill asks three times for each; a program's version does not change meanwhile, unless it is another file. */
const known = new Map<string, Promise<ClientTool | null>>();

async function probe(name: ClientName, path: string): Promise<ClientTool | null> {
  const asked = known.get(path) ?? askVersion(name, path);
  known.set(path, asked);
  return await asked;
}

async function askVersion(name: ClientName, path: string): Promise<ClientTool | null> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
    const version = /\) (\d\S*)/.exec(stdout)?.[1];
    return version === undefined ? null : { name, path, version, major: Number.parseInt(version, 10) };
  } catch {
    return null;
  }
}
