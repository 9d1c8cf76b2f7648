import { existsSync } from 'node:fs';
import { join } from 'node:path';

const cli = join(import.meta.dirname, '..', '..', 'packages', 'cli');
const built = join(cli, 'dist', 'main.js');

/** True once `npm run build` was: the sources, which Node strips of their types first, cost some 30 MB more. */
export const isBuilt: boolean = existsSync(built);

/** What to run `process.execPath` with for pgdrill as it is published, or else from source. The flags for V8 are the launcher's: see packages/cli/bin. */
export const pgdrill: readonly string[] = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=30',
  '--no-parallel-scavenge',
  ...(isBuilt ? [built] : ['-C', '@pgdrill/source', join(cli, 'src', 'main.ts')]),
];

/** What to run for pgdrill on Deno: from source, as it is published there. */
export const pgdrillOnDeno: readonly [string, ...string[]] = [
  join(cli, '..', '..', 'node_modules', '.bin', 'deno'),
  'run',
  '-A',
  '--conditions=@pgdrill/source',
  join(cli, 'src', 'main.ts'),
];
