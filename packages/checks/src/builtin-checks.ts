import type { AnyCheck } from '@pgdrill/core';
import { content } from './content.ts';
import { rowCount } from './row-count.ts';
import { timestampPrecision } from './timestamp-precision.ts';

/** The built-in checks, in the order in which they are reported. */
export const builtinChecks: readonly AnyCheck[] = [rowCount, timestampPrecision, content];
