/**
 * The built-in checks.
 *
 * @module
 */
export { builtinChecks } from './builtin-checks.ts';
export { content } from './content.ts';
export { rowCount } from './row-count.ts';
export { timestampPrecision } from './timestamp-precision.ts';
