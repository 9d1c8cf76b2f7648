import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, UsageError } from '@pgdrill/core';

/**
 * Finds out before a drill whether its result can be written here, and makes the folder. What an earlier run has left here is removed, unless
 * `keepOld`: should this run end without a result, the old one must not be taken for it.
 *
 * @throws UsageError when it cannot
 */
export async function prepareFile(path: string, keepOld = false): Promise<void> {
  try {
    await makeFolder(dirname(path));
    const target = await resolved(path);
    const found = await stat(target).catch(() => undefined);
    if (found?.isDirectory() === true) throw new Error('it is a folder');
    if (found) await access(target, constants.W_OK);
    if (found && !found.isFile()) return;
    if (found === undefined || !keepOld) await tryOut(target);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${messageOf(error)}. Name another file or folder.`, {
      cause: error,
    });
  }
}

/** With its parents. Node's own recursive mkdir never returns for a folder in /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/** Leaves nothing, old or new. */
async function tryOut(path: string): Promise<void> {
  await (await open(path, 'a')).close();
  // A file that is mounted by itself can be written but not removed: then empty is as good as gone.
  await rm(path).catch(() => writeFile(path, ''));
}

/**
 * Writes a file whole or not at all: under another name first. What is no plain file (a pipe, a device) is written to as it is.
 *
 * @param content must be able to be gone through twice where it is not one text
 * @throws what the system said
 */
export async function writeWhole(path: string, content: string | Iterable<string>): Promise<void> {
  const target = await resolved(path);
  const found = await stat(target).catch(() => undefined);
  if (found && !found.isFile()) return writeFile(target, content);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    if (!found) throw error;
    await writeFile(target, content);
  }
  return undefined;
}

/** The file that a link leads to, there already or not: the link itself is not ours to replace. */
async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const link = (error as NodeJS.ErrnoException).code === 'ENOENT' ? await readlink(path).catch(() => null) : null;
    return link === null ? path : resolved(resolve(dirname(path), link));
  }
}
