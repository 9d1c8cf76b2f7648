import type { Command } from 'commander';
import { describeConnection, runCapture, runShard, type Manifest, type Shard } from '@pgdrill/core';
import type { ExitStatus } from '../exit.ts';
import {
  addCaptureOptions,
  configOption,
  shardOption,
  snapshotOption,
  sourceOption,
  sinceOption,
  type CaptureOptions,
  type SinceOptions,
} from '../options.ts';
import { capturePart, type PartOptions } from '../plan/capture-part.ts';
import { capturePlan } from '../plan/capture-plan.ts';
import { sourceConnection } from '../plan/connections.ts';
import { plannedSince } from '../plan/since.ts';
import { loadSettings } from '../plan/settings.ts';
import { withProgress } from '../progress/progress-display.ts';
import { prepareCaptured, writeCaptured } from '../reports/captured.ts';
import { say } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface Options extends CaptureOptions, PartOptions, SinceOptions {
  readonly source?: string;
  readonly out: string;
}

const EXAMPLES = `Examples:
  pgdrill capture --source '$DRILL_URL' --out manifest.json
  pgdrill capture --source '$DRILL_URL' --snapshot 00000003-0000001B-1 --shard 1/3 --out 1.json
  pgdrill verify --target postgresql://localhost/restored --manifest manifest.json

Exit status: 0 when every check could look, 3 when one could not (the manifest is written all the same) or nothing
could be read, 2 for wrong usage, 130 when interrupted.`;

/** `pgdrill capture`: what the source holds now. */
export function addCaptureCommand(program: Command, begin: Begin): void {
  addCaptureOptions(
    program
      .command('capture')
      .summary('record what the source holds now, as a manifest')
      .description('Records what a database holds now, for pgdrill verify to compare a restored one with.')
      .addOption(configOption)
      .addOption(sourceOption)
      .requiredOption('--out <file>', 'the manifest; - for standard output'),
  )
    .addOption(sinceOption)
    .addOption(snapshotOption)
    .addOption(shardOption)
    .addHelpText('after', `\n${EXAMPLES}`)
    .action((options: Options) => begin((signal) => capture(options, signal)));
}

async function capture(options: Options, signal: AbortSignal): Promise<ExitStatus> {
  const settings = await loadSettings(options.config);
  const source = sourceConnection(options.source, settings);
  const plan = { ...(await capturePlan(options, settings)), since: await plannedSince(options, settings) };
  const part = capturePart(options);
  const file = await prepareCaptured(options.out);
  say(`source: ${describeConnection(source)}`);
  const captured = await withProgress<Manifest | Shard>((listen) =>
    part.shard === undefined
      ? runCapture(plan, source, listen, signal, part.snapshotId)
      : runShard(plan, source, part, listen, signal),
  );
  const { seconds } = captured.kind === 'pgdrill-shard' ? captured.part : captured;
  return writeCaptured(captured, file, `read in ${seconds.toFixed(1)} s`);
}
