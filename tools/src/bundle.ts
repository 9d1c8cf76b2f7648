/**
 * Puts the modules that tsc emitted for each package into one file, so that a start of the program opens dozens of files and not hundreds: half of the
 * time of a small drill went into that. What other packages export stays an import; the types stay as they are.
 *
 * Run by `npm run build`, after tsc.
 */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';

const packages = join(import.meta.dirname, '../../packages');

/**
 * Files that are started or imported by their name, beside the `mod` of every package. `siblingModule` finds those of threads beside whatever names them.
 */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  core: ['threads/thread', 'database/identifier'],
  checks: ['chain/spread/read-range'],
  cli: ['main'],
};

for (const room of readdirSync(packages)) await bundle(join(packages, room, 'dist'), ['mod', ...(NAMED[room] ?? [])]);

async function bundle(dist: string, entries: readonly string[]): Promise<void> {
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [basename(entry), join(dist, `${entry}.js`)])),
    external: /^[^./]/,
    platform: 'node',
  });
  const bundled = join(dist, 'bundled');
  try {
    await build.write({ dir: bundled, format: 'esm', chunkFileNames: 'shared-[hash].js' });
  } finally {
    await build.close();
  }
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.js') && !file.startsWith('bundled')) rmSync(join(dist, file));
  for (const file of readdirSync(bundled)) renameSync(join(bundled, file), join(dist, file));
  rmSync(bundled, { recursive: true });
}
