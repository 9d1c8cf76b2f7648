import type { Command } from 'commander';
import { describeConnection, runDrill } from '@pgdrill/core';
import { addDrillOptions, type DrillOptions } from '../drill-options.ts';
import type { ExitStatus } from '../exit.ts';
import { EXIT_STATUS } from '../help.ts';
import { drillPlan } from '../plan/drill-plan.ts';
import { loadSettings } from '../plan/settings.ts';
import { withProgress } from '../progress/progress-display.ts';
import { endWithReports } from '../reports/end-with-reports.ts';
import { chooseOutlets } from '../reports/outlets.ts';
import { prepareOutlets } from '../reports/write-reports.ts';
import { say } from '../stdio.ts';
import type { Begin } from '../task.ts';

const EXAMPLES = `Examples:
  pgdrill run --source postgresql://me@db.example.com/app
  pgdrill run --source '$DRILL_URL' --format directory --jobs 4 --out pgdrill-report
  pgdrill run --source '$DRILL_URL' --target sandbox --reporter json=drill.json
  pgdrill run --source '$DRILL_URL' --target-server postgresql://postgres@restore.example.com
  pgdrill run --source postgresql://me@staging.example.com/app --in-place --confirm app`;

/** `pgdrill run`: a whole drill. */
export function addRunCommand(program: Command, begin: Begin): void {
  const command = program
    .command('run')
    .summary('a whole drill: capture, back up, restore, capture again, compare')
    .description('Backs a database up, restores it somewhere else, and compares the two.');
  addDrillOptions(command)
    .addHelpText('after', `\n${EXAMPLES}\n\n${EXIT_STATUS}`)
    .action((options: DrillOptions) => begin((signal) => run(options, signal)));
}

async function run(options: DrillOptions, signal: AbortSignal): Promise<ExitStatus> {
  const settings = await loadSettings(options.config);
  const plan = await drillPlan(options, settings);
  const outlets = await chooseOutlets(options, settings);
  await prepareOutlets(outlets);
  say(`source: ${describeConnection(plan.source)}`);
  if (plan.target.kind === 'in-place')
    say('target: the same database, in place: its schemas are dropped once the archive has been checked');
  const result = await withProgress((listen) => runDrill(plan, listen, signal));
  return endWithReports(result, outlets, signal);
}
