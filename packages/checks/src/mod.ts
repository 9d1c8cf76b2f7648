/**
 * The built-in checks.
 *
 * @module
 */
export { appendOnly } from './append-only.ts';
export { builtinChecks } from './builtin-checks.ts';
export type { SearchBounds } from './chain/detect/budget.ts';
export { detectChain, type DetectOptions } from './chain/detect/detect-chain.ts';
export type { DetectKey } from './chain/detect/hash-way.ts';
export type { Detection } from './chain/detect/detection.ts';
export type { TriedFamily } from './chain/detect/search-formats.ts';
export { chainsIn } from './chain/since/since-heads.ts';
export { content } from './content.ts';
export { headHash } from './head-hash.ts';
export { indexes } from './indexes.ts';
export { rowCount } from './row-count.ts';
export { timestampPrecision } from './timestamp-precision.ts';
export { triggers } from './triggers.ts';
export { rowSecurity } from './row-security.ts';
export { constraints } from './constraints.ts';
export { schema } from './schema.ts';
export { verifyChain } from './verify-chain.ts';
export { walkedCount } from './walked-count.ts';
export { writeTest } from './write-test.ts';
export { extensions } from './extensions.ts';
export { settings } from './settings.ts';
export { sequences } from './sequences.ts';
export { privileges } from './privileges.ts';
export { largeObjects } from './large-objects.ts';
export { statistics } from './statistics.ts';
export { matviews } from './matviews.ts';
