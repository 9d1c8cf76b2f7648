import { describeConnection, type ConnectionSettings } from '@pgdrill/core';
import { countText, durationText } from '@pgdrill/reporters';
import { withProgress } from './progress/progress-display.ts';
import { say } from './stdio.ts';

/**
 * Loads the reference chain with its progress shown.
 *
 * @throws as `loadAuditChain` does
 */
export async function loadWorkload(connection: ConnectionSettings, rows: number, signal: AbortSignal): Promise<void> {
  const { loadAuditChain } = await import('@pgdrill/sandbox');
  const { headHash, seconds } = await withProgress(async (listen) => {
    listen({ type: 'phase-start', phase: 'load' });
    const progress = (done: number): void =>
      listen({ type: 'progress', phase: 'load', label: 'public.audit_events', done, total: rows, unit: 'rows' });
    const loaded = await loadAuditChain({ connection, driver: 'pg', rows, signal, progress });
    listen({ type: 'phase-end', phase: 'load', seconds: loaded.seconds });
    return loaded;
  });
  const what = `${countText(rows, 'row')} of the reference chain`;
  say(
    `${describeConnection(connection)} holds ${what}, loaded in ${durationText(seconds)}; its head hash is ${headHash}`,
  );
}
