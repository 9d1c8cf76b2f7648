import { resolve } from 'node:path';
import type { Command } from 'commander';
import { mergeShards, readShard, UsageError } from '@pgdrill/core';
import type { ExitStatus } from '../exit.ts';
import { prepareCaptured, writeCaptured } from '../reports/captured.ts';
import type { Begin } from '../task.ts';

const EXAMPLES = `Examples:
  pgdrill capture --source '$DRILL_URL' --snapshot 00000003-0000001B-1 --shard 1/2 --out 1.json
  pgdrill capture --source '$DRILL_URL' --snapshot 00000003-0000001B-1 --shard 2/2 --out 2.json
  pgdrill merge 1.json 2.json --out manifest.json

Exit status: 0 when it was merged, 3 when a check could not look at something (the manifest is written all the same),
2 when the shards are not all those of one capture, or were damaged.`;

/** `pgdrill merge`: one manifest of all shards of a capture. */
export function addMergeCommand(program: Command, begin: Begin): void {
  program
    .command('merge')
    .summary('make one manifest of all shards of a capture')
    .description(
      'Makes one manifest of all shards that capture --shard recorded: the one that a single capture would have made.',
    )
    .argument('<shards...>', 'every shard of one capture, in any order')
    .requiredOption('--out <file>', 'the manifest; - for standard output')
    .addHelpText('after', `\n${EXAMPLES}`)
    .action((files: readonly string[], { out }: { readonly out: string }) => begin(() => merge(files, out)));
}

async function merge(files: readonly string[], out: string): Promise<ExitStatus> {
  if (out !== '-' && files.some((file) => resolve(file) === resolve(out))) {
    throw new UsageError(`--out ${out} is one of the shards, which would be lost. Name another file.`);
  }
  const file = await prepareCaptured(out);
  const named = [];
  for (const name of files) named.push({ name, shard: await readShard(name) });
  const manifest = mergeShards(named);
  return writeCaptured(manifest, file, `merged of ${files.length} ${files.length === 1 ? 'shard' : 'shards'}`);
}
