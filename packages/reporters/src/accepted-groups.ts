import type { ReportCheck, ReportFinding } from '@pgdrill/core';
import { acceptanceText } from './acceptance-text.ts';

/** Findings of one check and one code that are accepted for one reason. */
export interface AcceptedGroup {
  readonly code: string;
  /** Why, and who says so. */
  readonly acceptance: string;
  /** At least one. */
  readonly findings: readonly ReportFinding[];
}

/** What is accepted of a check: one option can account for a finding about every table, so they are told together. */
export function acceptedGroups({ findings }: ReportCheck): readonly AcceptedGroup[] {
  const accepted = findings.filter((finding) => finding.accepted);
  const groups = Map.groupBy(accepted, (finding) => JSON.stringify([finding.code, finding.accepted]));
  return [...groups.values()].map((of) => ({
    code: of[0]?.code ?? '',
    acceptance: (of[0] && acceptanceText(of[0])) ?? '',
    findings: of,
  }));
}
