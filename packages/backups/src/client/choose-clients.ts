import { CannotVerifyError, type ServerFacts } from '@pgdrill/core';
import { distributionFolders } from './client-folders.ts';
import type { ClientName, ClientTool } from './find-clients.ts';

/** Such as 15, from `server_version_num`. */
export function majorOf(server: ServerFacts): number {
  return Math.floor(server.versionNumber / 10_000);
}

/**
 * The newest `pg_dump` that fits: not older than the source's server, which it would refuse, and if there is such a one not newer than the target's,
 * which may not know the settings that a newer dump begins with (`transaction_timeout` from 17 on). Failing that, the least too new.
 *
 * @param found from `findClients`
 * @throws CannotVerifyError when there is none, with the versions and places of those that do not fit
 */
export function chooseDump(
  found: readonly ClientTool[],
  source: ServerFacts,
  target: ServerFacts | null,
  directory?: string,
): ClientTool {
  const wanted = majorOf(source);
  const ceiling = target === null ? wanted : majorOf(target);
  const able = found.filter((tool) => tool.major >= wanted);
  const chosen = newestFirst(able.filter((tool) => tool.major <= ceiling))[0] ?? nearest(able);
  if (chosen !== undefined) return chosen;
  if (found.length === 0) throw missing('pg_dump', wanted, directory);
  throw new CannotVerifyError(
    `${list(found)} ${found.length === 1 ? 'is' : 'are'} older than the server ${source.version}, which only pg_dump ${wanted} or newer can dump: ${install(wanted)}.`,
  );
}

/**
 * The `pg_restore` or `psql` for an archive: of the same version as the `pg_dump` that wrote it, else the nearest newer one; an older one may not
 * be able to read it.
 *
 * @throws CannotVerifyError when there is none
 */
export function chooseRestore(
  name: 'pg_restore' | 'psql',
  found: readonly ClientTool[],
  dumpVersion: string,
  directory?: string,
): ClientTool {
  const same = found.find((tool) => tool.version === dumpVersion);
  if (same !== undefined) return same;
  const wanted = Number.parseInt(dumpVersion, 10);
  const chosen = nearest(found.filter((tool) => tool.major >= wanted));
  if (chosen !== undefined) return chosen;
  if (found.length === 0) throw missing(name, wanted, directory);
  throw new CannotVerifyError(
    `${list(found)} ${found.length === 1 ? 'is' : 'are'} older than the pg_dump ${dumpVersion} that wrote the backup: ${install(wanted)}.`,
  );
}

function newestFirst(tools: readonly ClientTool[]): readonly ClientTool[] {
  return tools.toSorted((a, b) => b.major - a.major || b.version.localeCompare(a.version, 'en', { numeric: true }));
}

/** Of the lowest major version, the newest minor one. */
function nearest(tools: readonly ClientTool[]): ClientTool | undefined {
  const lowest = Math.min(...tools.map(({ major }) => major));
  return newestFirst(tools).find(({ major }) => major === lowest);
}

function missing(name: ClientName, major: number, directory: string | undefined): CannotVerifyError {
  const where =
    directory === undefined
      ? `on PATH, nor in ${distributionFolders.slice(0, 2).join(', ')} and the like`
      : `in ${directory}`;
  return new CannotVerifyError(`No ${name} that starts was found ${where}: ${install(major)}.`);
}

function install(major: number): string {
  return `install postgresql-client-${major} or newer, or name the folder that holds it as the backup option clientDirectory`;
}

function list(tools: readonly ClientTool[]): string {
  return newestFirst(tools)
    .map(({ name, version, path }) => `${name} ${version} at ${path}`)
    .join(', ');
}
