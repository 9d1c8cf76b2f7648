import type { Json } from './json.ts';

/** `error` fails the check; `warning` and `notice` are shown and fail nothing. */
export type Severity = 'error' | 'warning' | 'notice';

/** One difference or break, as data. */
export interface Finding {
  /** Stable code, `check-name/what-happened`, such as `row-count/differs`. Each has a page in the documentation. */
  readonly code: string;
  readonly severity: Severity;
  /** What it is about: a table (`public.orders`), a column (`public.orders.paid_at`), a chain, or `database`. */
  readonly subject: string;
  /** What "before" held, or what a rule demands. Never a column value of the user's tables, unless the check exists to show it (a chain's head). */
  readonly expected: Json;
  /** What "after" held. */
  readonly actual: Json;
  /** One sentence for a person, with the values in it. */
  readonly message: string;
  /** What brought it about, where a tool said so: the error that emptied a table. */
  readonly cause?: FindingCause;
}

/** Another finding that explains this one. */
export interface FindingCause {
  /** Such as `restore/lost`. */
  readonly code: string;
  readonly message: string;
}

/** A finding as a report holds it. */
export interface ReportFinding extends Finding {
  /** Why it fails nothing: the user wrote it down in the config, or it follows from the options of the backup. */
  readonly accepted?: { readonly reason: string; readonly until?: string; readonly from: 'config' | 'options' };
  /** Why it failed nothing up to that day, the last one of its acceptance. */
  readonly lapsed?: { readonly reason: string; readonly until: string };
}

/** Does it fail its check? Not a warning or a notice, nor what is accepted. */
export function isFailing({ severity, accepted }: ReportFinding): boolean {
  return severity === 'error' && accepted === undefined;
}

/** How one check ended. `unverified`: it could not be judged, which is never a pass. `skipped`: not applicable, with the reason. */
export type Verdict = 'passed' | 'failed' | 'unverified' | 'skipped';
