import { defineReporter } from '@pgdrill/core';
import type { Reporter } from '@pgdrill/core';
import { summaryLines } from './github/summary-lines.ts';
import { within } from './github/within.ts';
import { secondLook } from './second-look.ts';
import { wholeText } from './units.ts';

/** Options of the step summary. */
export interface GithubSummaryOptions {
  /** The size to stay under; 1 MiB unless told, which is what GitHub takes of one step in all. */
  readonly maxBytes?: number;
}

const MEBIBYTE = 1_048_576;

/** The report in Markdown, to be appended to the file that `GITHUB_STEP_SUMMARY` names: failures first. */
export const githubSummary: Reporter<GithubSummaryOptions> = defineReporter<GithubSummaryOptions>({
  name: 'github-summary',
  summary: 'Markdown for the step summary of GitHub Actions: the verdict, findings first, then every check',
  fileName: 'summary.md',
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: { maxBytes: { type: 'integer', minimum: 4_096, maximum: MEBIBYTE } },
  },
  render: (report, { maxBytes = MEBIBYTE }) =>
    within(
      summaryLines(secondLook(report)),
      maxBytes,
      (count) => `_Cut here, ${wholeText(count)} lines before the end: the JSON report has the rest._`,
    ),
});
