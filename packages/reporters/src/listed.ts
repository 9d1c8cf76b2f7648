import { wholeText } from './units.ts';
import type { ReportCheck, ReportFinding, Severity, Subject } from '@pgdrill/core';

/** A subject with what was found about it. */
export interface ListedSubject {
  readonly subject: Subject;
  readonly findings: readonly ReportFinding[];
}

/** Some of a check's subjects, and how many are left out. */
export interface ListedSubjects {
  readonly shown: readonly ListedSubject[];
  readonly hidden: number;
  /** Of the hidden ones, those with a finding or that could not be judged. */
  readonly hiddenFlagged: number;
}

/** At most `limit` subjects, in their own order: first those with a finding or that could not be judged, then as many others as there is room for. */
export function listSubjects({ subjects, findings }: ReportCheck, limit: number): ListedSubjects {
  const bySubject = Map.groupBy(findings, ({ subject }) => subject);
  const all = subjects.map((subject) => ({ subject, findings: bySubject.get(subject.name) ?? [] }));
  const flagged = all.filter(isFlagged);
  const others = all.filter((listed) => !isFlagged(listed));
  const chosen = new Set([...flagged, ...others].slice(0, limit));
  return {
    shown: all.filter((listed) => chosen.has(listed)),
    hidden: all.length - chosen.size,
    hiddenFlagged: Math.max(0, flagged.length - limit),
  };
}

/** What is left out of a list, in words. */
export function moreText(hidden: number, flagged: number): string {
  const found = flagged === 0 ? 'none with a finding' : `${wholeText(flagged)} with findings or not judged`;
  return `… and ${wholeText(hidden)} more, ${found}`;
}

const GRAVEST: readonly Severity[] = ['error', 'warning', 'notice'];

/** At most `limit` findings of a check that are not accepted, the gravest first, and how many of each code are left out. */
export function listFindings(
  { findings }: ReportCheck,
  limit: number,
): { readonly shown: readonly ReportFinding[]; readonly hidden: ReadonlyMap<string, number> } {
  const open = findings.filter(({ accepted }) => accepted === undefined);
  const ordered = GRAVEST.flatMap((severity) => open.filter((finding) => finding.severity === severity));
  const hidden = new Map<string, number>();
  for (const { code } of ordered.slice(limit)) hidden.set(code, (hidden.get(code) ?? 0) + 1);
  return { shown: ordered.slice(0, limit), hidden };
}

function isFlagged({ subject, findings }: ListedSubject): boolean {
  return findings.length > 0 || subject.unverified !== undefined;
}
