import type { LogEvent } from './log-event.ts';
import type { LogLine, PhaseName, ProgressListener, ScannedSoFar } from './progress.ts';
import type { ReportEvent, ReportPhase } from './report.ts';

/** What is written down while a drill runs, for its report; each entry is told to the progress listener too. */
export interface DrillRecord {
  readonly startedAt: string;
  readonly phases: readonly ReportPhase[];
  readonly log: readonly LogLine[];
  readonly events: readonly ReportEvent[];
  readonly notes: readonly string[];
  /** The phase at work, or the one that failed. */
  readonly current: PhaseName;
  seconds(): number;
  /** Times one phase. `bytesOf` tells from its result how many bytes it moved. */
  phase<T>(name: PhaseName, work: () => Promise<T>, bytesOf?: (result: T) => number): Promise<T>;
  readonly note: (text: string) => void;
  addLog(phase: PhaseName, line: LogLine): void;
  addEvent(phase: ReportEvent['phase'], event: LogEvent): void;
  progress(
    phase: PhaseName,
    label: string,
    done: number,
    total: number | undefined,
    unit: 'bytes' | 'rows' | 'tables',
    scanned?: ScannedSoFar,
  ): void;
}

/** More lines than this are counted, not kept: a restore can write one for every row. */
const MAX_LOG_LINES = 1000;

/** Starts the clock. */
export function startRecord(listener: ProgressListener): DrillRecord {
  const started = performance.now();
  const phases: ReportPhase[] = [];
  const log: LogLine[] = [];
  const events: ReportEvent[] = [];
  const notes: string[] = [];
  let failed: PhaseName | undefined;
  let current: PhaseName = 'open';
  return {
    startedAt: new Date().toISOString(),
    phases,
    log,
    events,
    notes,
    get current() {
      return failed ?? current;
    },
    seconds: () => (performance.now() - started) / 1000,
    async phase(name, work, bytesOf) {
      current = name;
      listener({ type: 'phase-start', phase: name });
      const begun = performance.now();
      let bytes: number | undefined;
      try {
        const result = await work();
        bytes = bytesOf?.(result);
        return result;
      } catch (error) {
        failed ??= name;
        throw error;
      } finally {
        const phase = { name, seconds: (performance.now() - begun) / 1000, ...(bytes === undefined ? {} : { bytes }) };
        phases.push(phase);
        listener({ type: 'phase-end', phase: name, seconds: phase.seconds, ...(bytes === undefined ? {} : { bytes }) });
      }
    },
    note(text) {
      if (notes.includes(text)) return;
      notes.push(text);
      listener({ type: 'note', text });
    },
    addLog(phase, line) {
      if (log.length < MAX_LOG_LINES) log.push(line);
      listener({ type: 'log', phase, line });
    },
    addEvent: (phase, event) => void events.push({ phase, ...event }),
    progress(phase, label, done, total, unit, scanned) {
      const known = { ...(total === undefined ? {} : { total }), ...(scanned === undefined ? {} : { scanned }) };
      listener({ type: 'progress', phase, label, done, unit, ...known });
    },
  };
}
