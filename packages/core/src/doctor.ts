import { tmpdir } from 'node:os';
import { describeConnection } from './database/connection.ts';
import { openSnapshot } from './database/snapshot.ts';
import { refuseSelection } from './drill/selection.ts';
import type { ToolFacts } from './manifest.ts';
import type { DrillPlan } from './plan.ts';
import type { JudgedItem } from './preflight/item.ts';
import { look } from './preflight/look.ts';
import { obstacles } from './preflight/verdict.ts';
import { selectTables } from './selection/select-tables.ts';
import { refuseOtherSource } from './since.ts';
import { toolFacts } from './tool-facts.ts';

/** What `pgdrill doctor` found. */
export interface Diagnosis {
  readonly kind: 'pgdrill-doctor';
  readonly schemaVersion: 1;
  readonly tool: ToolFacts;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** For people; without secrets. */
  readonly source: string;
  readonly target: string;
  /** False when a drill is known to fail. */
  readonly canStart: boolean;
  /** 0, or 3 when a drill could not begin. */
  readonly exitCode: 0 | 3;
  readonly items: readonly JudgedItem[];
  readonly notes: readonly string[];
}

/**
 * Judges whether a drill could begin, and begins none: nothing is written to the source, or to the server of the target. A throwaway server, where that
 * is the target, is started and removed.
 *
 * @throws UsageError where a drill would be refused; DatabaseError when a connection cannot be had
 */
export async function runDoctor(plan: DrillPlan, signal: AbortSignal): Promise<Diagnosis> {
  refuseSelection(plan);
  const notes: string[] = [];
  const source = await openSnapshot({ ...plan, connection: plan.source, signal });
  try {
    refuseOtherSource(plan.since, source.identity);
    const selected = plan.selection ? await selectTables(source.leader, plan.selection) : null;
    const note = (text: string): void => void notes.push(text);
    // Nothing is to be kept of a target that nothing is restored to.
    const asked = { ...plan, keep: false };
    const { items, target } = await look(asked, { source, selected, directory: tmpdir(), signal, note });
    await target?.close();
    const canStart = obstacles(items).length === 0;
    const server = plan.target.makesOn?.(plan.source);
    return {
      kind: 'pgdrill-doctor',
      schemaVersion: 1,
      tool: toolFacts(),
      at: new Date().toISOString(),
      source: describeConnection(plan.source),
      target:
        target?.description ??
        (server === undefined ? plan.target.kind : `a scratch database, made through ${describeConnection(server)}`),
      canStart,
      exitCode: canStart ? 0 : 3,
      items,
      notes,
    };
  } finally {
    await source.close();
  }
}
