import type { Command } from 'commander';
import {
  describeConnection,
  readManifest,
  runVerify,
  UsageError,
  type ConnectionSettings,
  type Manifest,
  type SidePlan,
  type VerifyPlan,
} from '@pgdrill/core';
import type { ExitStatus } from '../exit.ts';
import { EXIT_STATUS } from '../help.ts';
import {
  addCaptureOptions,
  configOption,
  outOption,
  reporterOption,
  sinceOption,
  writeTestOption,
  type CaptureOptions,
  type ReportOptions,
  type SinceOptions,
} from '../options.ts';
import { knownBackup } from '../plan/backup.ts';
import { capturePlan } from '../plan/capture-plan.ts';
import { connectionText, otherConnection, sourceConnection } from '../plan/connections.ts';
import { plannedSince } from '../plan/since.ts';
import { loadSettings, type Settings } from '../plan/settings.ts';
import { withProgress } from '../progress/progress-display.ts';
import { endWithReports } from '../reports/end-with-reports.ts';
import { chooseOutlets } from '../reports/outlets.ts';
import { prepareOutlets } from '../reports/write-reports.ts';
import { say } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface Options extends CaptureOptions, ReportOptions, SinceOptions {
  readonly target?: string;
  readonly targetManifest?: string;
  readonly manifest: string;
  readonly source?: string;
  readonly writeTest?: boolean;
}

const EXAMPLES = `Examples:
  pgdrill verify --target postgresql://localhost/restored --manifest manifest.json
  pgdrill verify --target-manifest after.json --manifest before.json --reporter json`;

/** `pgdrill verify`: a database that someone else restored, against a manifest. */
export function addVerifyCommand(program: Command, begin: Begin): void {
  addCaptureOptions(
    program
      .command('verify')
      .summary('compare a database that someone else restored with a manifest')
      .description('Compares a restored database, or the manifest of one, with the manifest that capture recorded.')
      .addOption(configOption)
      .option(
        '--target <url>',
        'the restored database: URL, "host=... dbname=...", or $NAME of an environment variable',
      )
      .option('--target-manifest <file>', 'in place of --target: what capture recorded of it')
      .requiredOption('--manifest <file>', 'what capture recorded of the source')
      .option(
        '--source <url>',
        'the source, if it still holds what was recorded: it is asked for the rows that differ',
      ),
  )
    .addOption(sinceOption)
    .addOption(writeTestOption)
    .addOption(reporterOption)
    .addOption(outOption)
    .addHelpText('after', `\n${EXAMPLES}\n\n${EXIT_STATUS}`)
    .action((options: Options) => begin((signal) => verify(options, signal)));
}

async function verify(options: Options, signal: AbortSignal): Promise<ExitStatus> {
  const settings = await loadSettings(options.config);
  const capture = await capturePlan(options, settings);
  const after = await targetSide(options, settings);
  const before = await readManifest(options.manifest);
  const plan: VerifyPlan = {
    ...capture,
    since: await plannedSince(options, settings),
    command: 'verify',
    before: { manifest: before, connection: liveSource(options, settings) },
    after,
    accept: settings.config.accept,
    backup: await knownBackup(settings),
    writeTest: wantsWriteTest(options, after, settings),
  };
  if (options.check === undefined) refuseUnjudged(before, plan.checks, settings);
  const outlets = await chooseOutlets(options, settings);
  await prepareOutlets(outlets);
  say(`source: ${sideText(plan.before)}`);
  say(`target: ${sideText(after)}`);
  const result = await withProgress((listen) => runVerify(plan, listen, signal));
  return endWithReports(result, outlets, signal);
}

/** The config's word counts where there is a database to write to. */
function wantsWriteTest({ writeTest }: Options, after: SidePlan, { config }: Settings): boolean {
  if (writeTest === true && after.connection === null) {
    throw new UsageError(
      '--write-test writes to the restored database, and there is only its manifest. Give --target URL in its place.',
    );
  }
  return writeTest ?? config.writeTest ?? false;
}

/** Only by the option: a config names the source for drills, and since its manifest was recorded it may have moved on. */
function liveSource({ source }: Options, settings: Settings): ConnectionSettings | null {
  return source === undefined ? null : sourceConnection(source, settings);
}

async function targetSide(options: Options, settings: Settings): Promise<SidePlan> {
  if (options.target !== undefined && options.targetManifest !== undefined) {
    throw new UsageError('Give --target or --target-manifest, not both: there is one database to compare.');
  }
  if (options.targetManifest !== undefined) {
    return { manifest: await readManifest(options.targetManifest), connection: null };
  }
  const { target } = settings.config;
  const given = connectionText('--target', options.target, 'target', target);
  if (given !== undefined && !['scratch', 'sandbox'].includes(given.text)) {
    return { manifest: null, connection: otherConnection(given, settings) };
  }
  throw new UsageError('No restored database is named. Give --target URL, or --target-manifest FILE.');
}

/** A check that was recorded and is not judged would make a pass say less than its manifest promises. */
function refuseUnjudged(before: Manifest, checks: VerifyPlan['checks'], { config }: Settings): void {
  const unjudged = Object.keys(before.checks).filter(
    (name) => config.checks?.[name] !== false && !checks.some(({ check }) => check.name === name),
  );
  if (unjudged.length === 0) return;
  throw new UsageError(
    `The manifest holds what ${unjudged.join(', ')} saw, and nothing here would judge it. Name that check in the config ` +
      'as it was when the manifest was captured, set it to false there, or choose the checks by --check.',
  );
}

function sideText({ manifest, connection }: SidePlan): string {
  if (manifest) return `${manifest.connection}, as recorded at ${manifest.capturedAt}`;
  return connection === null ? 'none' : describeConnection(connection);
}
