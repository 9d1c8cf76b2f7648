import type { DatabaseHandle } from '../database/handle.ts';

/** What a thread's module exports: work on one task after another, with a handle of the thread's own on the snapshot that all others see. */
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
   * Deals the tasks to the threads, the next one to whichever is free, and waits for all that were dealt. When one fails, or the capture is aborted, all
   * threads are stopped.
   *
   * @param module the URL of a file that exports a `ThreadModule`; see `siblingModule`
   * @throws what the first of them threw, a DatabaseError as one; Error when a thread ended without a word; what `told` threw; the reason of an abort
   */
  run<Result>(module: URL, tasks: readonly unknown[], told: ToldByThreads<Result>): Promise<void>;
}

/** What threads tell while they run. */
export interface ToldByThreads<Result> {
  /**
   * What came of a task, as soon as it is done.
   *
   * @param index of the task
   * @returns false when the other tasks are of no use any more: no more of them are dealt
   */
  each(result: Result, index: number): boolean;
  /** How many rows are done in all threads together. */
  progress?(rows: number): void;
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
