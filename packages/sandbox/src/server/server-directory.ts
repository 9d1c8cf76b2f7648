import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '@pgdrill/core';
import type { Account } from './account.ts';

/** macOS allows 104 bytes with the closing NUL for a socket's path, Linux 108 (`sun_path` in sys/un.h). */
const longestSocketPath = 103;
const socketName = '/.s.PGSQL.65535';

/**
 * A new name for a server's directory, which nobody has made yet: under `parent`, or else where temporary files go and the server's account may write.
 *
 * @throws UsageError when `parent` is too long for a socket in it, or closed to the server's account
 */
export function newDirectoryName(account: Account | null, parent?: string): string {
  const name = `pgdrill-${randomBytes(6).toString('hex')}`;
  if (parent === undefined) {
    const fitting = [tmpdir(), '/tmp', '/var/tmp'].find(
      (folder) => fits(join(folder, name)) && mayWrite(folder, account),
    );
    return join(fitting ?? '/tmp', name);
  }
  const path = join(resolve(parent), name);
  if (!fits(path)) {
    throw new UsageError(
      `The sandbox directory ${parent} is too long a path for a Unix-domain socket. Choose a shorter one, such as /tmp.`,
    );
  }
  if (!mayWrite(resolve(parent), account)) {
    throw new UsageError(
      `The sandbox directory ${parent} is missing, or the account ${account?.name ?? 'you use'} may not write there. Choose one that it may write, such as /tmp.`,
    );
  }
  return path;
}

function fits(directory: string): boolean {
  return Buffer.byteLength(directory + socketName) <= longestSocketPath;
}

/** May the server's account make a directory here? By permission bits; null stands for ourselves, and then the attempt will tell. */
function mayWrite(folder: string, account: Account | null): boolean {
  const writable = may(folder, account, 3);
  return writable && reachable(dirname(folder), account);
}

/** May the account walk down to this folder? */
export function reachable(folder: string, account: Account | null): boolean {
  return may(folder, account, 1) && (dirname(folder) === folder || reachable(dirname(folder), account));
}

function may(path: string, account: Account | null, bits: number): boolean {
  try {
    const { mode, uid, gid } = statSync(path);
    if (account === null) return true;
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    return ((mode >> shift) & bits) === bits;
  } catch {
    return false;
  }
}
