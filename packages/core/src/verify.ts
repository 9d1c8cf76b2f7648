import type { Acceptance, Accepting } from './accept/acceptance.ts';
import { acceptingOf } from './accept/accepting-of.ts';
import { capture } from './capture.ts';
import { describeConnection } from './database/connection.ts';
import type { ConnectionSettings } from './database/connection.ts';
import type { DatabaseHandle } from './database/handle.ts';
import { openSnapshot } from './database/snapshot.ts';
import type { DrillResult } from './drill.ts';
import { captureContext } from './drill/capture-context.ts';
import { stopWith } from './drill/state.ts';
import { NOT_ASKED } from './drill/write-test.ts';
import { UsageError } from './errors.ts';
import { judge, leftUnjudged } from './judge.ts';
import { canLocate, locate } from './locate.ts';
import type { Manifest } from './manifest.ts';
import type { CapturePlan, DrillPlan } from './plan.ts';
import type { ProgressListener } from './progress.ts';
import { noteAccess } from './preflight/note-access.ts';
import { startRecord } from './record.ts';
import type { DrillRecord } from './record.ts';
import { settlePlan } from './settle-plan.ts';
import type { ReportCheck } from './report.ts';
import { verifySelection } from './selection/verify-selection.ts';
import { verifyTier } from './tier/verify-tier.ts';
import { refuseOtherSource, verifySince } from './since.ts';
import { together } from './together.ts';
import { verifyReport } from './verify-report.ts';
import type { Side } from './verify-report.ts';
import { mayBeSame, withoutWrites, writeTrials, writingChecks } from './write-trials.ts';

/**
 * One side to be judged. With a manifest, that is what is judged, and the database is only asked for the rows that differ; without, the database is
 * captured. At least one of the two is there.
 */
export interface SidePlan {
  readonly manifest: Manifest | null;
  readonly connection: ConnectionSettings | null;
}

/** What is judged against what. */
export interface VerifyPlan extends CapturePlan {
  readonly command: 'verify' | 'compare';
  readonly before: SidePlan;
  readonly after: SidePlan;
  /** Known differences that the user accepts. */
  readonly accept?: readonly Acceptance[] | undefined;
  /** How the backup was taken and restored, where the user has said so: what follows from its options is accepted too. */
  readonly backup?: DrillPlan['backup'] | undefined;
  /** May checks write to the database "after", in transactions that are rolled back? Only when this says so. */
  readonly writeTest?: boolean | undefined;
}

/**
 * Judges two sides, each a database or a manifest of one.
 *
 * What goes wrong on the way is in the report; nothing is thrown for it.
 *
 * @throws UsageError when the manifests hold different tables or tiers, or others than are asked for; for patterns that match nothing in the source; and
 * when the manifest to go on from is of another database
 */
export async function runVerify(
  plan: VerifyPlan,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<DrillResult> {
  const record = startRecord(listener);
  const accepting = acceptingOf(plan, record.startedAt);
  const before: Side = { name: 'before', plan: plan.before, manifest: plan.before.manifest };
  const after: Side = { name: 'after', plan: plan.after, manifest: plan.after.manifest };
  const stored = [before.manifest, after.manifest].filter((manifest) => manifest !== null);
  const selection = verifySelection(plan.selection ?? null, stored);
  const tier = verifyTier(plan.tier, stored);
  const since = verifySince(plan.since, stored);
  if (before.manifest !== null) refuseOtherSource(since, before.manifest.database);
  let checks: readonly ReportCheck[] | undefined;
  let failure: { readonly error: unknown } | undefined;
  try {
    const stop = stopWith(signal);
    await record.phase('open', () =>
      together<[void, void]>(stop, [() => openSide(before, plan, stop), () => openSide(after, plan, stop)]),
    );
    const settled = await settle({ ...plan, selection, tier, since }, before);
    await together<[void, void]>(stop, [
      () => captureSide(before, settled, record, stop),
      () => captureSide(after, settled, record, stop),
    ]);
    await writeTest(settled, plan, { before, after }, record, stop);
    checks = await judgeSides(
      plan,
      before.manifest as Manifest,
      after.manifest as Manifest,
      { before, after },
      accepting,
      record,
      signal,
    );
  } catch (error) {
    failure = { error };
  } finally {
    await before.session?.close();
    await after.session?.close();
  }
  if (failure?.error instanceof UsageError) throw failure.error;
  const report = verifyReport(plan, { before, after }, checks, accepting, failure, record, signal);
  return { before: before.manifest, after: after.manifest, report, thrown: failure?.error ?? null };
}

/** Connects where there is a database. */
async function openSide(side: Side, plan: CapturePlan, stop: AbortController): Promise<void> {
  const { connection } = side.plan;
  if (connection !== null) side.session = await openSnapshot({ ...plan, connection, signal: stop.signal });
}

/** Both sides are asked for the tables that the patterns mean in the source, and for the rows that a sample takes there. */
async function settle(plan: CapturePlan, { session, manifest }: Side): Promise<CapturePlan> {
  if (session === undefined || manifest !== null) return plan;
  return settlePlan(plan, session.leader);
}

/** Captures a side that has no manifest yet. */
async function captureSide(side: Side, plan: CapturePlan, record: DrillRecord, stop: AbortController): Promise<void> {
  const { session, name, manifest } = side;
  const { connection } = side.plan;
  if (session === undefined || connection === null || manifest !== null) return;
  await record.phase(name === 'before' ? 'capture-before' : 'capture-after', async () => {
    await noteAccess(session.leader, name === 'before' ? 'the source' : 'the target', plan, record.note);
    side.manifest = await capture(plan, captureContext({ record }, name, session, connection, stop));
  });
}

/** Lets checks write to the restored database, where that is asked for. */
async function writeTest(
  settled: CapturePlan,
  { command, writeTest: wanted }: VerifyPlan,
  { before, after }: { readonly before: Side; readonly after: Side },
  record: DrillRecord,
  stop: AbortController,
): Promise<void> {
  const { session, plan } = after;
  const source = before.manifest?.database;
  const manifest = after.manifest as Manifest;
  const { connection } = plan;
  const checks = writingChecks(settled);
  const isStored = session === undefined || connection === null || plan.manifest !== null;
  if (checks.length === 0 || isStored || source === undefined) return;
  if (wanted !== true) {
    const reason = command === 'compare' ? 'compare only reads.' : NOT_ASKED;
    after.manifest = withoutWrites(manifest, checks, reason);
    return;
  }
  if (mayBeSame(session.identity, source)) {
    throw new UsageError(
      `The write test was asked for, but ${describeConnection(connection)} cannot be told from the source, or is a physical copy of it: the database has ` +
        'the same name and oid, and as far as can be seen the same system identifier. Nothing was written. Leave --write-test out.',
    );
  }
  await record.phase('write-test', async () => {
    after.manifest = await writeTrials(settled, { connection, session, manifest, source }, stop.signal);
  });
}

async function judgeSides(
  plan: VerifyPlan,
  before: Manifest,
  after: Manifest,
  sides: { readonly before: Side; readonly after: Side },
  accepting: Accepting,
  record: DrillRecord,
  signal: AbortSignal,
): Promise<readonly ReportCheck[]> {
  const checks = await record.phase('judge', async () => [
    ...judge(before, after, plan.checks, accepting),
    ...leftUnjudged(before, plan.checks),
  ]);
  const handles = { before: handleOf(sides.before, record), after: handleOf(sides.after, record) };
  if (!canLocate(checks, plan.checks) || (handles.before === null && handles.after === null)) return checks;
  const located = {
    before: { manifest: before, handle: handles.before },
    after: { manifest: after, handle: handles.after },
  };
  return record.phase('locate', () => locate(checks, plan, located, accepting, signal));
}

/** A database beside a stored manifest is only asked when it is the one that was recorded; even so it may have moved on. */
function handleOf({ name, plan, session }: Side, record: DrillRecord): DatabaseHandle | null {
  if (!session) return null;
  if (plan.manifest === null) return session.leader;
  const [recorded, now] = [plan.manifest.database, session.identity];
  if (recorded.databaseOid !== now.databaseOid || recorded.systemIdentifier !== now.systemIdentifier) {
    record.note(
      `The database given for "${name}" is not the one that its manifest was recorded of, so it was not asked for rows.`,
    );
    return null;
  }
  record.note(
    `Rows that differ were looked up in "${name}" as it is now, not as it was when its manifest was recorded.`,
  );
  return session.leader;
}
