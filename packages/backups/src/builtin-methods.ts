import type { AnyBackupMethod } from '@pgdrill/core';
import { pgDump } from './pg-dump.ts';

/** The backup methods that come with pgdrill, the default one first. */
export const builtinMethods: readonly AnyBackupMethod[] = [pgDump];
