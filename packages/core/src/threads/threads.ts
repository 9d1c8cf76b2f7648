import type { DatabaseHandle } from '../database/handle.ts';

/** What a thread's module exports: work on one task, with a handle of the thread's own on the snapshot that all others see. */
export interface ThreadModule<Task, Result> {
  /**
   * @param task a copy of what was given, plain data
   * @param progress tells how many rows of this task are done so far
   * @returns plain data
   */
  run(db: DatabaseHandle, task: Task, progress: (rows: number) => void): Promise<Result>;
}

/** Threads of a check's own process, for what the processor and not the server has to do. */
export interface Threads {
  /** So many at the same time are reasonable. */
  readonly count: number;
  /**
   * Deals the tasks to the threads, the next one to whichever is free, and waits for all of them. When one fails, or the capture is aborted, all threads
   * are stopped.
   *
   * @param module the URL of a file that exports a `ThreadModule`; see `siblingModule`
   * @returns what came of each task, in the order of the tasks
   * @throws what the first of them threw, a DatabaseError as one; Error when a thread ended without a word
   */
  run<Result>(module: URL, tasks: readonly unknown[], options?: DealOptions<Result>): Promise<readonly Result[]>;
}

/** What else a run is given. */
export interface DealOptions<Result> {
  /** Is told how many rows are done in all threads together. */
  progress?(rows: number): void;
  /** After a result of which this is true, no more tasks are dealt, and those that were not have no result. */
  isLast?(result: Result): boolean;
}

/**
 * A file beside a module, in the form in which the module itself is: `.ts` from source, `.js` as built. An import would be rewritten by the compiler; the
 * name of a thread's file is not.
 *
 * @param url `import.meta.url`
 * @param name of the file, without its ending
 */
export function siblingModule(url: string, name: string): URL {
  return new URL(`./${name}${/\.[a-z]+$/.exec(new URL(url).pathname)?.[0] ?? ''}`, url);
}
