import type { MeasuredTable } from './check.ts';
import { describeConnection } from './database/connection.ts';
import type { ConnectionSettings } from './database/connection.ts';
import type { SnapshotSession } from './database/handle.ts';
import { listTables } from './database/tables.ts';
import type { Json } from './json.ts';
import type { CheckObservation, Manifest } from './manifest.ts';
import { observe, observeContext, prepare } from './observe-checks.ts';
import type { Observations } from './observe-checks.ts';
import type { CapturePlan } from './plan.ts';
import type { ScannedSoFar } from './progress.ts';
import type { ScanResult } from './scan/measured-tables.ts';
import { measureRequests } from './scan/measure-requests.ts';
import type { MeasureRequests } from './scan/measure-requests.ts';
import { scanTables } from './scan/scan.ts';
import { tableScan } from './scan/table-scan.ts';
import type { TableScan } from './scan/table-scan.ts';
import { throttle } from './scan/throttle.ts';
import { selectTables } from './selection/select-tables.ts';
import type { SelectedTables } from './selection/select-tables.ts';
import type { RecordedSelection } from './selection/table-selection.ts';
import type { ShardPlace } from './shard.ts';
import { recordedSince } from './since.ts';
import { plannedSample } from './tier/plan-sample.ts';
import { checksInTier, namesOfEveryRow } from './tier/tier-checks.ts';
import { sampledScans } from './tier/sampled-scans.ts';
import type { RecordedSample } from './tier/tier.ts';
import { measuredAs } from './table.ts';
import type { Table } from './table.ts';
import { together } from './together.ts';
import { toolFacts } from './tool-facts.ts';

/** What a capture runs on and tells its progress to. */
export interface CaptureContext {
  readonly session: SnapshotSession;
  readonly connection: ConnectionSettings;
  readonly side: 'before' | 'after';
  /** Set when only this part of the rows is read; then the checks' own queries run in the first shard alone. */
  readonly shard?: ShardPlace | undefined;
  /** Aborted when a part of the capture fails, so that the other parts end too; the session must have been opened on its signal. */
  readonly stop: AbortController;
  /** Called once the checks have prepared: what is not bound to the snapshot, as a sequence's state, was read by then. */
  onPrepared?(): void;
  progress(
    label: string,
    done: number,
    total: number | undefined,
    unit: 'bytes' | 'rows',
    scanned?: ScannedSoFar,
  ): void;
  note(text: string): void;
}

/**
 * Observes one side with every check: one scan of the tables for all measures together, and each check's own queries beside it.
 *
 * A check that could not observe has its error in the manifest, and is judged `unverified`.
 *
 * @throws DatabaseError when the connection is lost
 */
export async function capture(given: CapturePlan, context: CaptureContext): Promise<Manifest> {
  const { tier = { name: 'full' } } = given;
  const plan = { ...given, checks: checksInTier(given.checks, tier.name) };
  const started = performance.now();
  const capturedAt = new Date().toISOString();
  const { session } = context;
  const all = await listTables(session.leader);
  const selected = plan.selection ? await selectTables(session.leader, plan.selection) : null;
  const isTaken = ({ name, ofExtension }: Table): boolean =>
    selected === null || (ofExtension === undefined && selected.has(name));
  const tables = all.filter(isTaken);

  const sample = tier.name === 'sample' ? await plannedSample(session.leader, tables, tier) : null;
  const requests = measureRequests();
  const checkContext = observeContext(plan, tables, selected, context, requests);
  // What cannot be divided is the first shard's.
  const observing = context.shard === undefined || context.shard.index === 1 ? plan.checks : [];
  const unprepared = await prepare(observing, context, checkContext);
  context.onPrepared?.();
  const [scanned, observed] = await together<[ScanResult, Observations]>(context.stop, [
    () => scan(plan, scansOf(plan, tables, sample, requests, context.shard), requests, context),
    () => observe(observing, unprepared, context, checkContext),
  ]);
  const checks = plan.checks.map(({ check, options }): [string, CheckObservation] => {
    const measured = (check.measure ? tables.map(measuredAs) : []).map(({ name }): [string, MeasuredTable] => [
      name,
      scanned.get(check.name)?.get(name) ?? { measures: {} },
    ]);
    return [
      check.name,
      {
        options: options as Json,
        observation: null,
        tables: Object.fromEntries(measured),
        ...observed.get(check.name),
      },
    ];
  });
  return {
    kind: 'pgdrill-manifest',
    schemaVersion: 1,
    tool: toolFacts(),
    capturedAt,
    seconds: (performance.now() - started) / 1000,
    connection: describeConnection(context.connection),
    database: session.identity,
    server: session.server,
    snapshotId: session.snapshotId,
    prelude: session.prelude,
    tier: tier.name,
    ...(sample === null ? {} : { sample }),
    ...(selected === null
      ? {}
      : {
          selection: recorded(
            selected,
            all.filter((table) => !isTaken(table)),
          ),
        }),
    ...(plan.since === undefined ? {} : { since: recordedSince(plan.since) }),
    tables: tables.map(({ name, kind, bytes }) => ({ name, kind, bytes })),
    checks: Object.fromEntries(checks),
  };
}

function recorded({ selection }: SelectedTables, leftOut: readonly Table[]): RecordedSelection {
  const { tables, excludeTables, searchPath } = selection;
  return { tables, excludeTables, searchPath, leftOut: leftOut.map(({ name }) => name) };
}

async function scan(
  plan: CapturePlan,
  scans: readonly TableScan[],
  requests: MeasureRequests,
  context: CaptureContext,
): Promise<ScanResult> {
  const { session } = context;
  const bytes = scans.reduce((sum, { table }) => sum + table.bytes, 0);
  const isSmall = bytes < SMALL_DATABASE_BYTES && scans.length < SMALL_DATABASE_TABLES;
  const { signal } = context.stop;
  const throttled = plan.maxLoad && throttle(plan.maxLoad, { signal, note: context.note });
  try {
    const result = await scanTables({
      scans,
      serverVersion: session.server.versionNumber,
      shard: context.shard,
      openWorker: isSmall ? async () => session.leader : () => session.openWorker(),
      workers: isSmall ? 1 : plan.workers,
      signal,
      pause: throttled?.pause,
      progress: ({ label, bytes: done, ofBytes, ...scanned }) =>
        context.progress(label, done, ofBytes, 'bytes', scanned),
    });
    requests.answer(result);
    return result;
  } catch (error) {
    requests.giveUp(error);
    throw error;
  } finally {
    const paused = throttled?.pausedSeconds() ?? 0;
    if (paused > 0)
      context.note(`The scan of "${context.side}" paused for ${paused.toFixed(1)} s in all, because of the load.`);
  }
}

/**
 * Together all that is to be read. What checks ask for themselves is of no use in part: the shard where they ask, or the sample, reads those tables whole
 * for it.
 */
function scansOf(
  { checks }: CapturePlan,
  tables: readonly Table[],
  sample: RecordedSample | null,
  requests: MeasureRequests,
  shard: ShardPlace | undefined,
): readonly TableScan[] {
  if (shard === undefined && sample === null)
    return tables.map((table) => tableScan(table, checks, requests.of(table)));
  const asked = tables.map((table): TableScan => ({ ...tableScan(table, [], requests.of(table)), whole: true }));
  const scans = tables.map((table) => tableScan(table, checks));
  return [
    ...(sample === null ? scans : scans.flatMap((each) => sampledScans(each, sample, namesOfEveryRow(checks)))),
    ...asked.filter(({ measures }) => measures.length > 0),
  ];
}

/** Under both sizes, a connection more costs longer than it saves. */
const SMALL_DATABASE_BYTES = 16 * 1024 * 1024;
const SMALL_DATABASE_TABLES = 500;
