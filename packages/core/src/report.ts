import type { Subject } from './check.ts';
import type { PlannedAcceptance } from './accept/acceptance.ts';
import type { ReportFinding, Verdict } from './finding.ts';
import type { LogEvent } from './log-event.ts';
import type { ToolFacts } from './manifest.ts';
import type { LogLine, PhaseName } from './progress.ts';
import type { RecordedSince } from './since.ts';
import type { SampleFacts, Tier } from './tier/tier.ts';
import type { DatabaseIdentity, ServerFacts } from './database/handle.ts';

/** 0 passed, 1 a finding, 3 could not verify, 130 interrupted. (2, usage, never gets as far as a report.) */
export type ReportExitCode = 0 | 1 | 3 | 130;

/** One side of a drill. */
export interface ReportSide {
  /** `live`: read during this drill; `manifest`: read earlier and stored. */
  readonly from: 'live' | 'manifest';
  /** For people; without secrets. */
  readonly description: string;
  readonly database: DatabaseIdentity | null;
  readonly server: ServerFacts | null;
  /** RFC 3339, UTC; null when it was never captured. */
  readonly capturedAt: string | null;
}

/** The backup on trial. */
export interface ReportBackup {
  readonly method: string;
  readonly format: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Where the artefact was kept; null when it was removed with the drill. */
  readonly kept: string | null;
}

/** Which tables were on trial, where that was not all of them. */
export interface ReportSelection {
  /** Patterns: only what one of these matches; everything when there are none. */
  readonly tables: readonly string[];
  /** Patterns: of that, nothing that one of these matches. */
  readonly excludeTables: readonly string[];
  /** Names of the tables, on either side, that nothing was tested of; null when neither side was read. */
  readonly leftOut: readonly string[] | null;
}

/** One phase. Phases that ran at the same time overlap, so their seconds do not add up to the whole. */
export interface ReportPhase {
  readonly name: PhaseName;
  readonly seconds: number;
  readonly bytes?: number;
}

/** What a tool said, while the backup was taken or while it was restored, and what that means. */
export interface ReportEvent extends LogEvent {
  readonly phase: 'backup' | 'restore';
}

/** One check's result. */
export interface ReportCheck {
  readonly name: string;
  readonly summary: string;
  readonly verdict: Verdict;
  /** Why it was skipped or unverified. */
  readonly reason?: string;
  /** Only there when rows of a hash chain were recomputed outside the database in part: from this earlier capture on, and of the older ones one in so many. */
  readonly since?: RecordedSince;
  readonly subjects: readonly Subject[];
  readonly findings: readonly ReportFinding[];
  readonly notes: readonly string[];
}

/** A known difference that was accepted in this drill, or would have been. */
export interface ReportAcceptance extends PlannedAcceptance {
  /** How many findings it fits, whether it was this entry that accepted them or another, and also when it has lapsed. */
  readonly findings: number;
  /** Set when it seems to be of no use any more: a sentence for the user. */
  readonly warning?: string;
}

/** All of a drill. Its JSON Schema is `schemas/report.schema.json`. */
export interface Report {
  readonly kind: 'pgdrill-report';
  readonly schemaVersion: 1;
  readonly tool: ToolFacts;
  /** What was done: a whole drill, or a judgement of a database that someone else restored. */
  readonly command: 'run' | 'verify' | 'compare';
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly seconds: number;
  readonly verdict: Exclude<Verdict, 'skipped'>;
  readonly exitCode: ReportExitCode;
  /** Set when the drill ended before it could judge. */
  readonly error?: { readonly phase: PhaseName; readonly message: string };
  readonly source: ReportSide;
  readonly target: ReportSide;
  readonly backup: ReportBackup | null;
  /** How much of the rows was read: all, a sample, or none, so that they were only counted. */
  readonly tier: Tier['name'];
  /** Only there when the tier is `sample`, and the source was read. */
  readonly sample?: SampleFacts;
  /** Of the first check that has it: see there. */
  readonly since?: RecordedSince;
  /** Not there when all tables were on trial. */
  readonly selection?: ReportSelection;
  readonly phases: readonly ReportPhase[];
  /** In the order in which they were asked for; `backup` and `restore`, where they ran, come first. */
  readonly checks: readonly ReportCheck[];
  /** Not there when nothing is accepted. */
  readonly acceptances?: readonly ReportAcceptance[];
  /** What the tools wrote on standard error, at most 1,000 lines. */
  readonly log: readonly LogLine[];
  /** What the errors and warnings among them mean. Not there when there were none. */
  readonly events?: readonly ReportEvent[];
  readonly notes: readonly string[];
}
