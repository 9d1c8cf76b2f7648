import type { Command } from 'commander';
import { describeConnection, runVerify, UsageError, type VerifyPlan } from '@pgdrill/core';
import type { ExitStatus } from '../exit.ts';
import { EXIT_STATUS } from '../help.ts';
import {
  addCaptureOptions,
  configOption,
  outOption,
  reporterOption,
  sourceOption,
  type CaptureOptions,
  type ReportOptions,
} from '../options.ts';
import { knownBackup } from '../plan/backup.ts';
import { capturePlan } from '../plan/capture-plan.ts';
import { connectionText, otherConnection, sourceConnection } from '../plan/connections.ts';
import { loadSettings } from '../plan/settings.ts';
import { withProgress } from '../progress/progress-display.ts';
import { endWithReports } from '../reports/end-with-reports.ts';
import { chooseOutlets } from '../reports/outlets.ts';
import { prepareOutlets } from '../reports/write-reports.ts';
import { say } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface Options extends CaptureOptions, ReportOptions {
  readonly source?: string;
  readonly target?: string;
}

const EXAMPLES = `Examples:
  pgdrill compare --source '$PRIMARY_URL' --target '$RESTORED_URL'
  pgdrill compare --source postgresql://localhost/a --target postgresql://localhost/b --check content`;

/** `pgdrill compare`: two databases that are both there; rows that differ are named. */
export function addCompareCommand(program: Command, begin: Begin): void {
  addCaptureOptions(
    program
      .command('compare')
      .summary('compare two databases that are both there, row by row where they differ')
      .description(
        'Compares two databases, each on a snapshot of its own, and names the rows that differ. What is written to one of them between the two snapshots differs too.',
      )
      .addOption(configOption)
      .addOption(sourceOption)
      .option('--target <url>', 'the other database: URL, "host=... dbname=...", or $NAME of an environment variable'),
  )
    .addOption(reporterOption)
    .addOption(outOption)
    .addHelpText('after', `\n${EXAMPLES}\n\n${EXIT_STATUS}`)
    .action((options: Options) => begin((signal) => compare(options, signal)));
}

async function compare(options: Options, signal: AbortSignal): Promise<ExitStatus> {
  const settings = await loadSettings(options.config);
  const source = sourceConnection(options.source, settings);
  const given = connectionText('--target', options.target, 'target', settings.config.target);
  if (given === undefined || ['scratch', 'sandbox'].includes(given.text)) {
    throw new UsageError('No database to compare with is named. Give --target URL.');
  }
  const target = otherConnection(given, settings);
  const plan: VerifyPlan = {
    ...(await capturePlan(options, settings)),
    command: 'compare',
    before: { manifest: null, connection: source },
    after: { manifest: null, connection: target },
    accept: settings.config.accept,
    backup: await knownBackup(settings),
  };
  const outlets = await chooseOutlets(options, settings);
  await prepareOutlets(outlets);
  say(`source: ${describeConnection(source)}`);
  say(`target: ${describeConnection(target)}`);
  if (settings.config.since !== undefined)
    say('note: since in the config is not for compare, which verifies hash chains whole');
  const result = await withProgress((listen) => runVerify(plan, listen, signal));
  return endWithReports(result, outlets, signal);
}
