import type { Accepting } from './accept/acceptance.ts';
import { markAccepted } from './accept/mark-accepted.ts';
import type { LocateInput } from './check.ts';
import type { DatabaseHandle } from './database/handle.ts';
import { listTables } from './database/tables.ts';
import type { ReportFinding } from './finding.ts';
import type { Manifest } from './manifest.ts';
import { messageOf } from './message-of.ts';
import type { CapturePlan, PlannedCheck } from './plan.ts';
import type { ReportCheck } from './report.ts';
import type { Table } from './table.ts';

/** One side of a judgement: its manifest, and a handle where the database can still be asked. */
export interface LocateSide {
  readonly manifest: Manifest;
  readonly handle: DatabaseHandle | null;
}

/** True when asking the databases again could tell more about what was found. */
export function canLocate(checks: readonly ReportCheck[], planned: readonly PlannedCheck[]): boolean {
  return planned.some((one) => one.check.locate !== undefined && failedCheck(checks, one) !== undefined);
}

/**
 * Lets every failed check that can narrow down its findings, those that are not accepted, and adds what it tells. No verdict changes, and a check that
 * cannot narrow anything down costs only a note.
 */
export async function locate(
  checks: readonly ReportCheck[],
  plan: CapturePlan,
  sides: { readonly before: LocateSide; readonly after: LocateSide },
  accepting: Accepting,
  signal: AbortSignal,
): Promise<readonly ReportCheck[]> {
  const tables = { before: await tablesOf(sides.before), after: await tablesOf(sides.after) };
  const located = new Map<string, readonly ReportFinding[]>();
  const notes = new Map<string, string>();
  for (const planned of plan.checks) {
    const failed = failedCheck(checks, planned);
    if (failed === undefined || planned.check.locate === undefined) continue;
    const { name } = planned.check;
    try {
      const found = await planned.check.locate(inputFor(planned, failed, plan, sides, tables, signal));
      located.set(name, markAccepted(name, found, accepting));
    } catch (error) {
      signal.throwIfAborted();
      notes.set(name, `What differs could not be narrowed down further: ${messageOf(error)}`);
    }
  }
  return checks.map((check) => {
    const note = notes.get(check.name);
    return {
      ...check,
      findings: [...check.findings, ...(located.get(check.name) ?? [])],
      notes: note === undefined ? check.notes : [...check.notes, note],
    };
  });
}

function failedCheck(checks: readonly ReportCheck[], { check }: PlannedCheck): ReportCheck | undefined {
  return checks.find(({ name, verdict }) => name === check.name && verdict === 'failed');
}

function inputFor(
  { check, options }: PlannedCheck,
  failed: ReportCheck,
  plan: CapturePlan,
  { before, after }: { readonly before: LocateSide; readonly after: LocateSide },
  tables: LocateInput<unknown>['tables'],
  signal: AbortSignal,
): LocateInput<unknown> {
  const observed = ({ manifest }: LocateSide): LocateInput<unknown>['observed']['before'] => {
    const { observation = null, tables: measured = {} } = manifest.checks[check.name] ?? {};
    return { observation, tables: measured };
  };
  return {
    findings: failed.findings.filter(({ accepted }) => accepted === undefined),
    options,
    observed: { before: observed(before), after: observed(after) },
    before: before.handle,
    after: after.handle,
    tables,
    reveal: plan.reveal,
    signal,
  };
}

async function tablesOf({ handle }: LocateSide): Promise<ReadonlyMap<string, Table>> {
  if (handle === null) return new Map();
  const tables = await listTables(handle);
  return new Map(tables.map((table) => [table.name, table]));
}
