import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { newestFirst, type ServerBinaries } from './binaries.ts';

const run = promisify(execFile);

/** Where distributions put server binaries of one major version each; `*` stands for part of one folder's name. */
const distributionFolders = [
  '/usr/lib/postgresql/*/bin', // Debian, Ubuntu
  '/usr/pgsql-*/bin', // PostgreSQL's own packages for Red Hat and SUSE
  '/usr/lib/postgresql*/bin', // SUSE
  '/usr/libexec/postgresql*', // Alpine
  '/usr/lib64/postgresql-*/bin', // Gentoo
  '/usr/local/pgsql/bin', // built from source
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
];

/** Every version of the server binaries on this machine, newest first: those on PATH, in the distributions' folders, and where `pg_config` points. */
export async function findSystemBinaries(): Promise<readonly ServerBinaries[]> {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...(await Promise.all(distributionFolders.map(matchingFolders))).flat(),
    ...(await pgConfigFolder()),
  ];
  const homes = await Promise.all(folders.map(binariesHome));
  const found = await Promise.all([...new Set(homes)].map(probe));
  return newestFirst(found.filter((binaries) => binaries !== null));
}

async function matchingFolders(pattern: string): Promise<readonly string[]> {
  const star = pattern.indexOf('*');
  if (star < 0) return [pattern];
  const parent = dirname(`${pattern.slice(0, star)}x`);
  const [prefix = '', rest = ''] = pattern.slice(parent.length + 1).split('*');
  const names = await readdir(parent).catch(() => []);
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(parent, name, rest));
}

async function pgConfigFolder(): Promise<readonly string[]> {
  try {
    return [(await run('pg_config', ['--bindir'], { timeout: 10_000 })).stdout.trim()];
  } catch {
    return [];
  }
}

/** The folder where the real `initdb` is: a link on PATH leads away from the libraries and the sibling programs. */
async function binariesHome(folder: string): Promise<string | null> {
  try {
    return dirname(await realpath(join(folder, 'initdb')));
  } catch {
    return null;
  }
}

async function probe(folder: string | null): Promise<ServerBinaries | null> {
  if (folder === null) return null;
  try {
    await access(join(folder, 'initdb'), constants.X_OK);
    return { kind: 'system', directory: folder, version: await serverVersion(folder), libraryLinks: [] };
  } catch {
    return null;
  }
}

/** What `postgres --version` in this folder says, without the words around it. */
async function serverVersion(folder: string): Promise<string> {
  const { stdout } = await run(join(folder, 'postgres'), ['--version'], { timeout: 10_000 });
  return /\d+\S*/.exec(stdout)?.[0] ?? stdout.trim();
}
