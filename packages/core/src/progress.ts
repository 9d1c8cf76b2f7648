/** What a drill tells while it runs. A listener only shows; nothing depends on it. */
export type ProgressEvent =
  | { readonly type: 'phase-start'; readonly phase: PhaseName }
  | { readonly type: 'phase-end'; readonly phase: PhaseName; readonly seconds: number; readonly bytes?: number }
  | {
      readonly type: 'progress';
      readonly phase: PhaseName;
      /** What is being worked on, such as a table. */
      readonly label: string;
      readonly done: number;
      /** Absent when it is not known: then no percentage may be shown. */
      readonly total?: number;
      readonly unit: 'bytes' | 'rows' | 'tables';
      /** Of the scan of the tables, besides its bytes. */
      readonly scanned?: ScannedSoFar;
    }
  | { readonly type: 'log'; readonly phase: PhaseName; readonly line: LogLine }
  | { readonly type: 'note'; readonly text: string };

/** Tables that a scan has begun with, and chunks of about a second each that it has read. */
export interface ScannedSoFar {
  readonly tables: number;
  readonly ofTables: number;
  readonly chunks: number;
  /** As it looks now: chunks are cut by the speed at which the earlier ones were read. */
  readonly ofChunks: number;
}

/** The phases in running order. `capture-before` and `backup` run at the same time. */
export type PhaseName =
  | 'open'
  | 'capture-before'
  | 'backup'
  | 'check-archive'
  | 'restore'
  | 'capture-after'
  | 'write-test'
  | 'judge'
  | 'locate'
  | 'close';

export type ProgressListener = (event: ProgressEvent) => void;

/** One line that a tool wrote on standard error. */
export interface LogLine {
  /** `pg_dump`, `pg_restore`, `psql` or what a method calls its tool. */
  readonly tool: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Without terminal control characters and without secrets. */
  readonly text: string;
}
