import { UsageError, type JsonSchema } from '@pgdrill/core';
import { readArguments, type GivenOption } from './arguments.ts';
import { dumpGrammar, restoreGrammar } from './grammar.ts';

/** The forms that `pg_dump` writes. */
export type DumpFormat = 'custom' | 'directory' | 'tar' | 'plain';

/** How `pg_dump` and its restore are run. Everything may be left out. */
export interface PgDumpOptions {
  /** `custom` unless given. */
  readonly format?: DumpFormat;
  /** Processes that work at the same time: `directory` dumps and restores so, `custom` restores so. 1 unless given. */
  readonly jobs?: number;
  /** 0 to 9 for gzip, or `METHOD[:DETAIL]` such as `zstd:3`, which needs a client of version 16. The client's own default unless given. */
  readonly compress?: number | string;
  /** Further arguments for `pg_dump`; `['--no-owner', '--no-acl']` unless given. */
  readonly dumpArguments?: readonly string[];
  /** Further arguments for `pg_restore`, or for `psql` when the format is `plain`. */
  readonly restoreArguments?: readonly string[];
  /** End the restore at its first error. True unless given; false counts errors and goes on. */
  readonly stopOnError?: boolean;
  /** The folder of the client programs, in place of PATH and the usual folders. */
  readonly clientDirectory?: string;
}

/** JSON Schema of `PgDumpOptions`. */
export const pgDumpOptionsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    format: { enum: ['custom', 'directory', 'tar', 'plain'], default: 'custom' },
    jobs: { type: 'integer', minimum: 1, maximum: 1024, default: 1 },
    compress: {
      anyOf: [
        { type: 'integer', minimum: 0, maximum: 9 },
        { type: 'string', pattern: '^([0-9]|(none|gzip|lz4|zstd)(:[a-z0-9=,-]+)?)$' },
      ],
    },
    dumpArguments: { type: 'array', items: { type: 'string' }, default: ['--no-owner', '--no-acl'] },
    restoreArguments: { type: 'array', items: { type: 'string' }, default: [] },
    stopOnError: { type: 'boolean', default: true },
    clientDirectory: { type: 'string', minLength: 1 },
  },
};

/** The options with their defaults, and their arguments read. */
export interface DumpSettings {
  readonly format: DumpFormat;
  readonly jobs: number;
  readonly compress: string | null;
  readonly dumpArguments: readonly string[];
  readonly dumpOptions: readonly GivenOption[];
  readonly restoreArguments: readonly string[];
  readonly restoreOptions: readonly GivenOption[];
  readonly restoreTool: 'pg_restore' | 'psql';
  readonly stopOnError: boolean;
  readonly clientDirectory: string | undefined;
}

/**
 * Fills in the defaults and reads the user's arguments.
 *
 * @throws UsageError for options that cannot work together, and for arguments that are ours to give
 */
export function settle(options: PgDumpOptions | undefined): DumpSettings {
  const {
    format = 'custom',
    jobs = 1,
    compress,
    dumpArguments = ['--no-owner', '--no-acl'],
    restoreArguments = [],
  } = options ?? {};
  const restoreTool = format === 'plain' ? 'psql' : 'pg_restore';
  const settings = {
    format,
    jobs,
    compress: compress === undefined ? null : String(compress),
    dumpArguments,
    dumpOptions: readArguments(dumpGrammar, dumpArguments, 'dumpArguments'),
    restoreArguments,
    restoreOptions: readArguments(restoreGrammar(restoreTool), restoreArguments, 'restoreArguments'),
    restoreTool,
    stopOnError: options?.stopOnError ?? true,
    clientDirectory: options?.clientDirectory,
  } as const;
  refuseContradictions(settings);
  return settings;
}

function refuseContradictions({ format, jobs, compress, restoreOptions }: DumpSettings): void {
  if (jobs > 1 && (format === 'tar' || format === 'plain')) {
    throw new UsageError(
      `The format ${format} is written and read by one process, so jobs: ${jobs} cannot be: use format directory or custom, or jobs: 1.`,
    );
  }
  if (jobs > 1 && restoreOptions.some(({ name }) => name === '--single-transaction')) {
    throw new UsageError(
      `A restore by ${jobs} jobs cannot be one transaction: leave out --single-transaction, or set jobs: 1.`,
    );
  }
  if (compress === null || compress === '0' || compress === 'none') return;
  if (format === 'tar') {
    throw new UsageError(
      `pg_dump cannot compress a tar archive (compress: ${compress}): use format custom or directory, or leave compress out.`,
    );
  }
  if (format === 'plain') {
    throw new UsageError(
      `psql cannot read a compressed plain dump (compress: ${compress}): use format custom or directory, or leave compress out.`,
    );
  }
}
