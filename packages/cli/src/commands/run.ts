import { Option, type Command } from 'commander';
import { describeConnection, runDrill, type DrillPlan } from '@pgdrill/core';
import type { ExitStatus } from '../exit.ts';
import { EXIT_STATUS } from '../help.ts';
import {
  checkOption,
  configOption,
  driverOption,
  maxLoadOption,
  excludeTableOption,
  outOption,
  reporterOption,
  sandboxOption,
  sourceOption,
  wholeNumber,
  seedOption,
  sinceOption,
  tableOption,
  tierOption,
  type CaptureOptions,
  type ReportOptions,
  type SinceOptions,
} from '../options.ts';
import { plannedBackup, type BackupOptions } from '../plan/backup.ts';
import { capturePlan } from '../plan/capture-plan.ts';
import { sourceConnection } from '../plan/connections.ts';
import { plannedSince } from '../plan/since.ts';
import { loadSettings, type Settings } from '../plan/settings.ts';
import { plannedTarget, type TargetOptions } from '../plan/target.ts';
import { withProgress } from '../progress/progress-display.ts';
import { endWithReports } from '../reports/end-with-reports.ts';
import { chooseOutlets } from '../reports/outlets.ts';
import { prepareOutlets } from '../reports/write-reports.ts';
import { say } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface RunOptions extends CaptureOptions, ReportOptions, BackupOptions, TargetOptions, SinceOptions {
  readonly source?: string;
  readonly releaseSource?: boolean;
  readonly keep?: boolean;
}

const EXAMPLES = `Examples:
  pgdrill run --source postgresql://me@db.example.com/app
  pgdrill run --source '$DRILL_URL' --format directory --jobs 4 --out pgdrill-report
  pgdrill run --source '$DRILL_URL' --target sandbox --reporter json=drill.json
  pgdrill run --source '$DRILL_URL' --target-server postgresql://postgres@restore.example.com
  pgdrill run --source postgresql://me@staging.example.com/app --in-place --confirm app`;

/** `pgdrill run`: a whole drill. */
export function addRunCommand(program: Command, begin: Begin): void {
  program
    .command('run')
    .summary('a whole drill: capture, back up, restore, capture again, compare')
    .description('Backs a database up, restores it somewhere else, and compares the two.')
    .addOption(configOption)
    .addOption(sourceOption)
    .option(
      '--target <where>',
      'scratch: a database that is made and dropped again; sandbox: a throwaway server; or the URL of an empty database; scratch unless given',
    )
    .option('--target-server <url>', "where a scratch database is made; on the source's server unless given")
    .addOption(sandboxOption('system', 'embedded'))
    .option('--in-place', 'drop the schemas of the source itself and restore into it; needs --confirm')
    .option('--confirm <name>', 'for --in-place: the name of the database, once more')
    .addOption(
      new Option('--format <format>', 'of the backup: custom unless given').choices([
        'custom',
        'directory',
        'tar',
        'plain',
      ]),
    )
    .addOption(
      new Option(
        '--jobs <n>',
        'processes that dump (directory) and restore (directory, custom); 1 unless given',
      ).argParser(wholeNumber(1)),
    )
    .option('--compress <level>', '0 to 9, or METHOD[:DETAIL] such as zstd:3')
    .addOption(driverOption)
    .addOption(checkOption)
    .addOption(maxLoadOption)
    .addOption(tierOption)
    .addOption(seedOption)
    .addOption(sinceOption)
    .addOption(tableOption)
    .addOption(excludeTableOption)
    .option('--release-source', 'let go of the snapshot before the restore; differing rows can then not be looked up')
    .option('--keep', 'keep the backup, and what the target made')
    .addOption(reporterOption)
    .addOption(outOption)
    .addHelpText('after', `\n${EXAMPLES}\n\n${EXIT_STATUS}`)
    .action((options: RunOptions) => begin((signal) => run(options, signal)));
}

async function run(options: RunOptions, signal: AbortSignal): Promise<ExitStatus> {
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

async function drillPlan(options: RunOptions, settings: Settings): Promise<DrillPlan> {
  const source = sourceConnection(options.source, settings);
  return {
    ...(await capturePlan(options, settings)),
    since: await plannedSince(options, settings),
    source,
    target: await plannedTarget(options, source, settings),
    backup: await plannedBackup(options, settings),
    accept: settings.config.accept,
    releaseSource: options.releaseSource ?? settings.config.releaseSource ?? false,
    keep: options.keep ?? settings.config.keep ?? false,
  };
}
