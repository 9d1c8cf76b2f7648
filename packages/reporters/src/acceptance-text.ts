import type { ReportFinding } from '@pgdrill/core';
import { singleLine } from './single-line.ts';

/** Why a finding fails nothing, or why it did not until its acceptance lapsed; undefined for what was never accepted. */
export function acceptanceText({ accepted, lapsed }: ReportFinding): string | undefined {
  if (accepted) {
    const { reason, until, from } = accepted;
    const by = { config: 'accepted by the config', options: "accepted by the drill's own options" }[from];
    return `${by}${until === undefined ? '' : ` until ${singleLine(until, 20)}`} · ${singleLine(reason, 1_000)}`;
  }
  if (lapsed === undefined) return undefined;
  return `accepted until ${singleLine(lapsed.until, 20)} only, which is past · ${singleLine(lapsed.reason, 1_000)}`;
}
