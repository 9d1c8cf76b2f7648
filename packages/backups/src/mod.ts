/**
 * How a backup is taken and restored, and where it is restored.
 *
 * @module
 */
export * from './builtin-methods.ts';
export * from './pg-dump.ts';
export * from './pg-dump/options.ts';
