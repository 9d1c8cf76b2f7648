import { openSnapshot } from '../database/snapshot.ts';
import { selectTables } from '../selection/select-tables.ts';
import { refuseSelection } from './selection.ts';
import { refuseOtherSource } from '../since.ts';
import type { DrillState } from './state.ts';

/** Connects to the source, makes or opens the target, and finds the tools: all that can fail before anything is read or written. */
export async function open(drill: DrillState): Promise<void> {
  const { plan, record, signal } = drill;
  await record.phase('open', async () => {
    refuseSelection(plan);
    const connect = { driver: plan.driver, deadlineSeconds: plan.deadlineSeconds, signal };
    const source = (drill.source = await openSnapshot({ ...connect, connection: plan.source }));
    refuseOtherSource(plan.since, source.identity);
    if (plan.selection) drill.selected = await selectTables(source.leader, plan.selection);
    const target = (drill.target = await plan.target.open({
      source: {
        connection: plan.source,
        identity: source.identity,
        encoding: source.server.encoding,
        collation: source.server.collation,
      },
      driver: plan.driver,
      keep: plan.keep,
      signal,
      note: record.note,
    }));
    const probe = await openSnapshot({ ...connect, connection: target.connection });
    drill.targetServer = probe.server;
    await probe.close();
    await plan.backup.method.prepare(plan.backup.options, {
      source: source.server,
      target: probe.server,
      destructive: target.beforeRestore !== undefined,
    });
    if (source.snapshotId === null) record.note(SINGLE_SESSION);
  });
}

const SINGLE_SESSION =
  'The source has one session only, so there is no snapshot to share: it was captured and dumped one after the other, while nobody else could connect.';
