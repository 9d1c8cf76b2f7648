import type { FindingCause } from '@pgdrill/core';
import { singleLine } from './single-line.ts';

/** What brought a finding about, in one line. */
export function causeText({ code, message }: FindingCause): string {
  return `${singleLine(code, 80)}: ${singleLine(message, 1_000)}`;
}
