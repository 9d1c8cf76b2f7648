import type { JsonSchema } from './json.ts';
import type { Report } from './report.ts';

/** A pure function from report to text. It never prints and never decides the exit status. */
export interface Reporter<Options = unknown> {
  /** Kebab-case; also its file name and what `--reporter` takes. */
  readonly name: string;
  readonly summary: string;
  /** File name in `--out DIR`, such as `junit.xml`; null for a reporter that is meant for a terminal. */
  readonly fileName: string | null;
  readonly optionsSchema?: JsonSchema;
  render(report: Report, options: Options): string;
}

/** Declares a reporter with its types inferred. */
export function defineReporter<Options = Readonly<Record<string, never>>>(
  reporter: Reporter<Options>,
): Reporter<Options> {
  return reporter;
}

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyReporter = Reporter<any>;
