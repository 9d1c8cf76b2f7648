import type { Command } from 'commander';
import { readReport } from '@pgdrill/core';
import type { ExitStatus } from '../exit.ts';
import { configOption, reporterOption } from '../options.ts';
import { loadSettings } from '../plan/settings.ts';
import { chooseRenderings } from '../reports/outlets.ts';
import { prepareOutlets, writeReports } from '../reports/write-reports.ts';
import { say } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface Options {
  readonly config?: string;
  readonly reporter?: readonly string[];
}

const EXAMPLES = `Examples:
  pgdrill report pgdrill-report/report.json
  pgdrill report pgdrill-report/report.json --reporter junit=junit.xml --reporter github-summary=summary.md

Exit status: 0 when it was rendered, whatever the report says; 2 when it is no report; 3 when it could not be written.`;

/** `pgdrill report`: renders a JSON report again. Rendering is no drill: a report of a failed one ends with status 0 too. */
export function addReportCommand(program: Command, begin: Begin): void {
  program
    .command('report')
    .summary('render a JSON report again, in another format')
    .description('Renders a report that was stored as JSON, as text unless told otherwise.')
    .argument('<file>', 'report.json of an earlier drill')
    .addOption(configOption)
    .addOption(reporterOption)
    .addHelpText('after', `\n${EXAMPLES}`)
    .action((file: string, options: Options) => begin(() => render(file, options)));
}

async function render(file: string, options: Options): Promise<ExitStatus> {
  const settings = await loadSettings(options.config);
  const report = await readReport(file);
  const reports = await chooseRenderings(options, settings);
  await prepareOutlets({ reports, folder: undefined });
  const problems = await writeReports(reports, report);
  for (const problem of problems) say(`pgdrill: ${problem}`);
  return problems.length === 0 ? 0 : 3;
}
