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
}

/** How one check ended. `unverified`: it could not be judged, which is never a pass. `skipped`: not applicable, with the reason. */
export type Verdict = 'passed' | 'failed' | 'unverified' | 'skipped';
