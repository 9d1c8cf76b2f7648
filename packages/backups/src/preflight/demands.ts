import type { RestoreDemands } from '@pgdrill/core';
import type { GivenOption } from '../pg-dump/arguments.ts';
import type { DumpSettings } from '../pg-dump/options.ts';
import { isPartial } from '../pg-dump/partial.ts';

/** What a backup with these options, and its restore, will ask for. */
export function demandsOf(settings: DumpSettings): RestoreDemands {
  const { dumpOptions, restoreOptions, format, compress, stopOnError } = settings;
  const given = [...dumpOptions, ...restoreOptions];
  const isLeftOut = (name: string): boolean => given.some((option) => option.name === name);
  return {
    owners: !isLeftOut('--no-owner'),
    privileges: !isLeftOut('--no-acl'),
    // An archive holds them whatever pg_dump is told.
    tablespaces: !(format === 'plain' ? dumpOptions : restoreOptions).some(({ name }) => name === '--no-tablespaces'),
    stopsOnError: stopOnError,
    isPartial: isPartial(settings),
    rowSecurity: dumpOptions.some(({ name }) => name === '--enable-row-security'),
    role: roleOf(dumpOptions),
    bytesPerByte: isCompressed(format, compress) ? COMPRESSED : 1,
  };
}

/** Of a database with its indexes, which a dump leaves out. Rows of random bytes need more; most need a fifth of it. */
const COMPRESSED = 0.5;

function isCompressed(format: DumpSettings['format'], compress: string | null): boolean {
  return (format === 'custom' || format === 'directory') && compress !== '0' && compress?.startsWith('none') !== true;
}

function roleOf(options: readonly GivenOption[]): string | null {
  return options.findLast(({ name }) => name === '--role')?.value ?? null;
}
