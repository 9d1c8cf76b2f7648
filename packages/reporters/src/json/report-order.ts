import type {
  FindingCause,
  Report,
  ReportAcceptance,
  ReportBackup,
  ReportCheck,
  ReportEvent,
  ReportFinding,
  ReportPhase,
  ReportSide,
} from '@pgdrill/core';
import type { KeyOrder } from './in-order.ts';

/** Every key of a type, so that a key that is added to the contract cannot be forgotten here. */
type Keys<T> = { readonly [Key in keyof Required<T>]: KeyOrder | null };

const since = keys<NonNullable<Report['since']>>({ capturedAt: null, share: null, day: null });

const side: Keys<ReportSide> = {
  from: null,
  description: null,
  database: keys<NonNullable<ReportSide['database']>>({
    systemIdentifier: null,
    databaseOid: null,
    databaseName: null,
  }),
  server: keys<NonNullable<ReportSide['server']>>({
    version: null,
    versionNumber: null,
    encoding: null,
    collation: null,
  }),
  capturedAt: null,
};

const check: Keys<ReportCheck> = {
  name: null,
  summary: null,
  verdict: null,
  reason: null,
  since,
  subjects: keys<ReportCheck['subjects'][number]>({
    name: null,
    before: null,
    after: null,
    unverified: null,
    goneWith: null,
  }),
  findings: keys<ReportCheck['findings'][number]>({
    code: null,
    severity: null,
    subject: null,
    expected: null,
    actual: null,
    message: null,
    cause: keys<FindingCause>({ code: null, message: null }),
    accepted: keys<NonNullable<ReportFinding['accepted']>>({ reason: null, until: null, from: null }),
    lapsed: keys<NonNullable<ReportFinding['lapsed']>>({ reason: null, until: null }),
  }),
  notes: null,
};

/** The order in which a report's keys are written: what it is, how it ended, on what, how it went, what was found. */
export const reportOrder: KeyOrder = keys<Report>({
  kind: null,
  schemaVersion: null,
  tool: keys<Report['tool']>({ name: null, version: null, runtime: null }),
  command: null,
  startedAt: null,
  finishedAt: null,
  seconds: null,
  verdict: null,
  exitCode: null,
  error: keys<NonNullable<Report['error']>>({ phase: null, message: null }),
  source: side,
  target: side,
  backup: keys<ReportBackup>({ method: null, format: null, bytes: null, sha256: null, versions: null, kept: null }),
  tier: null,
  sample: keys<NonNullable<Report['sample']>>({ percent: null, seed: null }),
  since,
  selection: keys<NonNullable<Report['selection']>>({ tables: null, excludeTables: null, leftOut: null }),
  phases: keys<ReportPhase>({ name: null, seconds: null, bytes: null }),
  checks: check,
  acceptances: keys<ReportAcceptance>({
    check: null,
    code: null,
    subject: null,
    reason: null,
    until: null,
    from: null,
    findings: null,
    warning: null,
  }),
  log: keys<Report['log'][number]>({ tool: null, severity: null, text: null }),
  events: keys<ReportEvent>({
    phase: null,
    tool: null,
    severity: null,
    class: null,
    id: null,
    text: null,
    times: null,
    object: null,
    names: null,
    part: null,
    what: null,
    why: null,
  }),
  notes: null,
});

function keys<T>(order: Keys<T>): KeyOrder {
  return order;
}
