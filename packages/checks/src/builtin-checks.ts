import type { AnyCheck } from '@pgdrill/core';
import { appendOnly } from './append-only.ts';
import { content } from './content.ts';
import { extensions } from './extensions.ts';
import { settings } from './settings.ts';
import { sequences } from './sequences.ts';
import { privileges } from './privileges.ts';
import { largeObjects } from './large-objects.ts';
import { statistics } from './statistics.ts';
import { matviews } from './matviews.ts';
import { indexes } from './indexes.ts';
import { headHash } from './head-hash.ts';
import { rowCount } from './row-count.ts';
import { timestampPrecision } from './timestamp-precision.ts';
import { triggers } from './triggers.ts';
import { rowSecurity } from './row-security.ts';
import { constraints } from './constraints.ts';
import { schema } from './schema.ts';
import { verifyChain } from './verify-chain.ts';
import { walkedCount } from './walked-count.ts';
import { writeTest } from './write-test.ts';

/** The built-in checks, in the order in which they are reported. */
export const builtinChecks: readonly AnyCheck[] = [
  rowCount,
  headHash,
  verifyChain,
  walkedCount,
  appendOnly,
  timestampPrecision,
  content,
  writeTest,
  indexes,
  triggers,
  rowSecurity,
  constraints,
  extensions,
  settings,
  sequences,
  privileges,
  largeObjects,
  schema,
  statistics,
  matviews,
];
