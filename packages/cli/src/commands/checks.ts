import type { Command } from 'commander';
import { builtinChecks } from '@pgdrill/checks';
import { singleLine } from '@pgdrill/reporters';
import type { ExitStatus } from '../exit.ts';
import { configOption } from '../options.ts';
import { chosenChecks } from '../plan/capture-plan.ts';
import { loadSettings } from '../plan/settings.ts';
import { print } from '../stdio.ts';
import type { Begin } from '../task.ts';

/** `pgdrill checks`: what there is, and what each costs. */
export function addChecksCommand(program: Command, begin: Begin): void {
  program
    .command('checks')
    .summary('list the checks, and what each costs')
    .description('Lists the built-in checks and those of the config: what each looks at, and what that costs.')
    .addOption(configOption)
    .addHelpText(
      'after',
      '\nA check is switched off, or given options, under "checks" in the config: see docs/config.md.',
    )
    .action((options: { readonly config?: string }) => begin(() => list(options.config)));
}

async function list(configFile: string | undefined): Promise<ExitStatus> {
  const settings = await loadSettings(configFile);
  const planned = await chosenChecks([], settings);
  const off = builtinChecks.filter(({ name }) => !planned.some(({ check }) => check.name === name));
  const entries = [
    ...planned.map(({ check }) => ({ ...check, origin: builtinChecks.includes(check) ? '' : ' (from the config)' })),
    ...off.map((check) => ({ ...check, origin: ' (switched off by the config)' })),
  ];
  const lines = entries.flatMap(({ name, origin, summary, cost }) => [
    name + origin,
    `    ${summary}`,
    `    cost: ${cost}`,
  ]);
  await print(`${lines.map((line) => singleLine(line)).join('\n')}\n`);
  return 0;
}
