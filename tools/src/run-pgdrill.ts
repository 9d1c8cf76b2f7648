import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// The launcher is Node's, whichever runtime tests it.
const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
const launcher = join(import.meta.dirname, '../../packages/cli/bin/pgdrill.js');

/** Runs pgdrill from its sources; gives all that it printed, whatever its exit status. */
export function runPgdrill(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(node, [launcher, ...args], { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}
