import type { Command } from 'commander';
import { describeConnection, runCapture, type Manifest } from '@pgdrill/core';
import type { ExitStatus } from '../exit.ts';
import {
  checkOption,
  configOption,
  driverOption,
  maxLoadOption,
  notEmpty,
  sourceOption,
  type CaptureOptions,
} from '../options.ts';
import { capturePlan } from '../plan/capture-plan.ts';
import { sourceConnection } from '../plan/connections.ts';
import { loadSettings } from '../plan/settings.ts';
import { withProgress } from '../progress/progress-display.ts';
import { prepareFile, writeWhole } from '../reports/output-file.ts';
import { manifestText } from '../reports/write-reports.ts';
import { print, say } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface Options extends CaptureOptions {
  readonly source?: string;
  readonly out: string;
}

const EXAMPLES = `Examples:
  pgdrill capture --source '$DRILL_URL' --out manifest.json
  pgdrill verify --target postgresql://localhost/restored --manifest manifest.json

Exit status: 0 when every check could look, 3 when one could not (the manifest is written all the same) or nothing
could be read, 2 for wrong usage, 130 when interrupted.`;

/** `pgdrill capture`: what the source holds now. */
export function addCaptureCommand(program: Command, begin: Begin): void {
  program
    .command('capture')
    .summary('record what the source holds now, as a manifest')
    .description('Records what a database holds now, for pgdrill verify to compare a restored one with.')
    .addOption(configOption)
    .addOption(sourceOption)
    .requiredOption('--out <file>', 'the manifest; - for standard output')
    .addOption(driverOption)
    .addOption(checkOption)
    .addOption(maxLoadOption)
    .addHelpText('after', `\n${EXAMPLES}`)
    .action((options: Options) => begin((signal) => capture(options, signal)));
}

async function capture(options: Options, signal: AbortSignal): Promise<ExitStatus> {
  const settings = await loadSettings(options.config);
  const source = sourceConnection(options.source, settings);
  const plan = await capturePlan(options, settings);
  const file = notEmpty('--out', options.out) ?? '-';
  if (file !== '-') await prepareFile(file, true);
  say(`source: ${describeConnection(source)}`);
  const manifest = await withProgress((listen) => runCapture(plan, source, listen, signal));
  if (file === '-') await print(manifestText(manifest));
  else await writeWhole(file, manifestText(manifest));
  const blind = unobserved(manifest);
  for (const line of blind) say(`pgdrill: ${line}`);
  const count = Object.keys(manifest.checks).length;
  if (file !== '-')
    say(`${file}: ${manifest.tables.length} tables, ${count} checks, read in ${manifest.seconds.toFixed(1)} s`);
  return blind.length === 0 ? 0 : 3;
}

/** What the checks could not see, each with its reason: verify would call these unverified. */
function unobserved(manifest: Manifest): readonly string[] {
  return Object.entries(manifest.checks).flatMap(([check, { error, tables }]) => {
    const blind = Object.entries(tables).flatMap(([table, measured]) =>
      measured.error === undefined ? [] : [`The check ${check} could not read ${table}: ${measured.error}`],
    );
    return error === undefined ? blind : [`The check ${check} could not observe: ${error}`, ...blind];
  });
}
