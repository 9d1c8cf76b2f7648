import { defineReporter } from '@pgdrill/core';
import type { Reporter } from '@pgdrill/core';
import { breakCommands } from './single-line.ts';
import { secondLook } from './second-look.ts';
import { acceptedDifferences } from './text/accepted.ts';
import { checks } from './text/checks.ts';
import { closing } from './text/closing.ts';
import { findings } from './text/findings.ts';
import { heading } from './text/heading.ts';
import type { Page } from './text/page.ts';
import { paintFor } from './text/paint.ts';
import { phases } from './text/phases.ts';
import { toolOutput } from './text/tool-output.ts';

/** Options of the text reporter. */
export interface TextOptions {
  /** Write colours; no unless told. The CLI decides by `NO_COLOR`, `FORCE_COLOR` and whether it writes to a terminal. */
  readonly color?: boolean;
  /** Columns to fill, from 60; 100 unless told. */
  readonly width?: number;
  /** How many subjects and how many findings of each check are listed; 12 unless told. What is left out is counted. */
  readonly limit?: number;
}

/** What a person reads at the end, in a terminal or in a CI log. The verdict is the last line. */
export const text: Reporter<TextOptions> = defineReporter<TextOptions>({
  name: 'text',
  summary: 'For people: phases, checks with both sides, findings, and the verdict in the last line',
  fileName: null,
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      color: { type: 'boolean' },
      width: { type: 'integer', minimum: 60, maximum: 400 },
      limit: { type: 'integer', minimum: 1 },
    },
  },
  render(report, { color = false, width = 100, limit = 12 }) {
    const page: Page = { paint: paintFor(color), width: Math.max(60, width), limit };
    const look = secondLook(report);
    const sections = [
      heading(page, report),
      phases(page, report),
      checks(page, look),
      findings(page, look),
      acceptedDifferences(page, look),
      toolOutput(page, report),
      closing(page, look),
    ];
    // Once more, on whole lines: a long word may have been broken just before `::`.
    return `${sections.flat().map(breakCommands).join('\n')}\n`;
  },
});
