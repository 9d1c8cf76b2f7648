/**
 * How a backup is taken and restored, and where it is restored.
 *
 * @module
 */
export * from './builtin-methods.ts';
export * from './pg-dump.ts';
export type { DumpFormat, PgDumpOptions } from './pg-dump/options.ts';
export * from './targets/in-place-target.ts';
export * from './targets/scratch-target.ts';
export * from './targets/url-target.ts';
