/**
 * `ok`: looked at, and fit. `warning`: a drill can run, but it is risky, or proves less. `error`: a drill is known to fail. `unknown`: it could not be
 * looked at, which is never called fit.
 */
export type PreflightStatus = 'ok' | 'warning' | 'error' | 'unknown';

/** One thing that was looked at before anything is started. */
export interface PreflightItem {
  /** Stable, such as `free-disk`: the config names it to ignore it. Several items may share one. */
  readonly id: string;
  readonly status: PreflightStatus;
  /** What is, as a sentence. */
  readonly message: string;
  /** What to do, as a sentence; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** An item as the config treats it. */
export interface JudgedItem extends PreflightItem {
  /** The config says to go on in spite of it. */
  readonly ignored: boolean;
}

export function ok(id: string, message: string): PreflightItem {
  return { id, status: 'ok', message, remedy: null };
}

export function unknown(id: string, message: string): PreflightItem {
  return { id, status: 'unknown', message, remedy: null };
}

const SHOWN = 5;

/** The first few of many names, and how many more there are. */
export function few(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
