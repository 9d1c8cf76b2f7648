import { openSnapshot } from '../database/snapshot.ts';
import { look, targetContext } from '../preflight/look.ts';
import { refuseKnownToFail } from '../preflight/verdict.ts';
import { selectTables } from '../selection/select-tables.ts';
import { refuseSelection } from './selection.ts';
import { refuseOtherSource } from '../since.ts';
import type { DrillState } from './state.ts';
import { refuseWriteTest } from './write-test.ts';

/** Connects to the source, judges whether the drill can begin, and makes or opens the target: all that can fail before anything is read or written. */
export async function open(drill: DrillState): Promise<void> {
  const { plan, record, signal, directory } = drill;
  await record.phase('open', async () => {
    refuseSelection(plan);
    refuseWriteTest(plan);
    const source = (drill.source = await openSnapshot({ ...plan, connection: plan.source, signal }));
    refuseOtherSource(plan.since, source.identity);
    if (plan.selection) drill.selected = await selectTables(source.leader, plan.selection);
    const context = { source, selected: drill.selected ?? null, directory, signal, note: record.note };
    const looked = await look(plan, context);
    if (looked.target !== null) drill.target = looked.target;
    drill.targetServer = looked.server;
    refuseKnownToFail(looked.items, record.note);
    if (looked.target === null) await make(drill, context);
    if (source.snapshotId === null) record.note(SINGLE_SESSION);
  });
}

/** Makes the target, which nothing speaks against. */
async function make(drill: DrillState, context: Parameters<typeof targetContext>[1]): Promise<void> {
  const { plan, signal } = drill;
  const target = (drill.target = await plan.target.open(targetContext(plan, context)));
  const probe = await openSnapshot({ ...plan, connection: target.connection, signal });
  drill.targetServer = probe.server;
  await probe.close();
}

const SINGLE_SESSION =
  'The source has one session only, so there is no snapshot to share: it was captured and dumped one after the other, while nobody else could connect.';
