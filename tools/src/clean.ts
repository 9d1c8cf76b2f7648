/** Removes what earlier builds left: tsc itself leaves the output of a source that is gone, and it would be published. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
for (const room of readdirSync(join(root, 'packages'))) {
  rmSync(join(root, 'packages', room, 'dist'), { recursive: true, force: true });
}
