import { UsageError } from '@pgdrill/core';
import { words } from './grammar.ts';
import type { DumpSettings } from './options.ts';

/** With any of these a dump holds, or a restore brings back, a part of the database only. */
const partial: readonly string[] = words(`
  --data-only --schema-only --section --statistics-only --no-data --no-schema --no-large-objects --no-blobs
  --extension --exclude-extension --filter --schema --exclude-schema --table --exclude-table --table-and-children
  --exclude-table-and-children --exclude-table-data --exclude-table-data-and-children --enable-row-security
  --no-publications --no-unlogged-table-data --no-policies --index --function --trigger --use-list`);

/** The shortest cut of a long name that the tools still understand is longer than this. */
const shortestCut = '--n'.length;

/** The option that leaves out a part, if one does. */
function partialOption({ dumpOptions, restoreOptions }: DumpSettings): string | undefined {
  return [...dumpOptions, ...restoreOptions].find(({ name }) =>
    partial.some((option) => option === name || (name.length > shortestCut && option.startsWith(name))),
  )?.name;
}

/** Do these options leave out a part of the database? */
export function isPartial(settings: DumpSettings): boolean {
  return partialOption(settings) !== undefined;
}

/**
 * Refuses what an in-place drill cannot survive: it destroys the whole database, so the backup must hold and bring back all of it.
 *
 * @throws UsageError
 */
export function refusePartial(settings: DumpSettings): void {
  const found = partialOption(settings);
  if (found !== undefined) {
    throw new UsageError(
      `An in-place drill destroys the whole database, but ${found} leaves out a part of the backup: take it out of the arguments, or restore elsewhere.`,
    );
  }
  if (!settings.stopOnError) {
    throw new UsageError(
      'An in-place drill must not go on after a restore error: leave out stopOnError: false, or restore elsewhere.',
    );
  }
}
