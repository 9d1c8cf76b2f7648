import { defineReporter } from '@pgdrill/core';
import type { Reporter } from '@pgdrill/core';
import { inOrder } from './json/in-order.ts';
import { reportOrder } from './json/report-order.ts';
import { quietJson } from './json/quiet-json.ts';

/** The report itself, for programs and for rendering again: JSON as `report.schema.json` describes it. */
export const json: Reporter = defineReporter<unknown>({
  name: 'json',
  summary: 'The report itself, versioned and with a published schema; every other format can be made from it',
  fileName: 'report.json',
  render: (report) => `${quietJson(inOrder(report, reportOrder))}\n`,
});
