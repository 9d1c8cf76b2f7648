import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { env } from 'node:process';

/** Where distributions put client programs, often of several versions side by side; `*` stands for a part of one folder's name. */
export const distributionFolders: readonly string[] = [
  '/usr/lib/postgresql/*/bin', // Debian, Ubuntu
  '/usr/pgsql-*/bin', // PostgreSQL's own packages for Red Hat and SUSE
  '/usr/lib/postgresql*/bin', // SUSE
  '/usr/libexec/postgresql*', // Alpine
  '/usr/lib64/postgresql-*/bin', // Gentoo
  '/usr/local/pgsql/bin', // built from source
  '/opt/homebrew/opt/postgresql@*/bin', // Homebrew on Apple silicon, and on Intel
  '/opt/homebrew/opt/libpq/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/usr/local/opt/libpq/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
  '/Library/PostgreSQL/*/bin', // EDB's installer for macOS
  '/opt/local/lib/postgresql*/bin', // MacPorts
  '/run/current-system/sw/bin', // NixOS, and Nix profiles
  '/nix/var/nix/profiles/default/bin',
];

/** The folders that may hold client programs: those on PATH first, in its order. */
export async function clientFolders(): Promise<readonly string[]> {
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const known = await Promise.all(distributionFolders.map(matching));
  return [...new Set([...onPath, ...known.flat(), join(homedir(), '.nix-profile', 'bin')])];
}

async function matching(pattern: string): Promise<readonly string[]> {
  const star = pattern.indexOf('*');
  if (star < 0) return [pattern];
  const parent = dirname(`${pattern.slice(0, star)}x`);
  const [prefix = '', rest = ''] = pattern.slice(parent.length + 1).split('*');
  const names = await readdir(parent).catch(() => []);
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(parent, name, rest));
}
