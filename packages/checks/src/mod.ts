/**
 * The built-in checks.
 *
 * @module
 */
export { builtinChecks } from './builtin-checks.ts';
export { content } from './content.ts';
export { headHash } from './head-hash.ts';
export { rowCount } from './row-count.ts';
export { timestampPrecision } from './timestamp-precision.ts';
export { verifyChain } from './verify-chain.ts';
export { walkedCount } from './walked-count.ts';
