import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * How far a child of a process has read a file, in bytes; null where that is not known. Only Linux tells, in /proc (proc(5): `children`, `fdinfo`).
 *
 * @param parent process id of the shell that runs the tool
 * @param path absolute, with every link followed
 */
export async function readPosition(parent: number, path: string): Promise<number | null> {
  try {
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
    for (const child of children.split(' ').filter((pid) => /^\d+$/.test(pid))) {
      for (const file of await readdir(`/proc/${child}/fd`)) {
        if ((await readlink(`/proc/${child}/fd/${file}`)) !== path) continue;
        const info = await readFile(`/proc/${child}/fdinfo/${file}`, 'utf8');
        return Number(/^pos:\s*(\d+)/m.exec(info)?.[1] ?? 0);
      }
    }
  } catch {
    // Another system, or the tool has just ended.
  }
  return null;
}
