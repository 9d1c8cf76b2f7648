import type { ExitStatus } from './exit.ts';

/** What a command does after its arguments were read. */
export type Task = (signal: AbortSignal) => Promise<ExitStatus>;

/** Takes the task that the arguments ask for. */
export type Begin = (task: Task) => void;
