import process from 'node:process';
import type { Command } from 'commander';
import { runDoctor } from '@pgdrill/core';
import { diagnosisText } from '../diagnosis-text.ts';
import { addDrillOptions, type DrillOptions } from '../drill-options.ts';
import type { ExitStatus } from '../exit.ts';
import { drillPlan } from '../plan/drill-plan.ts';
import { loadSettings } from '../plan/settings.ts';
import { chooseOutlets } from '../reports/outlets.ts';
import { print } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface Options extends DrillOptions {
  readonly json?: boolean;
}

const EXAMPLES = `Examples:
  pgdrill doctor --source '$DRILL_URL'
  pgdrill doctor --source '$DRILL_URL' --target-server postgresql://postgres@restore.example.com --json

Takes every option of run, and writes nothing: it makes no database, takes no backup, and leaves earlier reports alone.

Exit status: 0 when a drill could begin, with warnings or without; 3 when it is known to fail, or a side could not be
reached; 2 for wrong usage, or a target that a drill would refuse; 130 when interrupted.`;

/** `pgdrill doctor`: whether a drill could begin, and what to do where not. */
export function addDoctorCommand(program: Command, begin: Begin): void {
  const command = program
    .command('doctor')
    .summary('look whether a drill could begin, and say what to do where not')
    .description('Looks at both sides and the programs as run does before it begins, and says what to do about each.')
    .option('--json', 'print it as JSON');
  addDrillOptions(command)
    .addHelpText('after', `\n${EXAMPLES}`)
    .action((options: Options) => begin((signal) => doctor(options, signal)));
}

async function doctor(options: Options, signal: AbortSignal): Promise<ExitStatus> {
  const settings = await loadSettings(options.config);
  const plan = await drillPlan(options, settings);
  // Refused as a drill would be; nothing is written there.
  await chooseOutlets(options, settings);
  const diagnosis = await runDoctor(plan, signal);
  const columns = process.stdout.isTTY ? process.stdout.columns : 100;
  await print(options.json === true ? `${JSON.stringify(diagnosis, null, 2)}\n` : diagnosisText(diagnosis, columns));
  return diagnosis.exitCode;
}
