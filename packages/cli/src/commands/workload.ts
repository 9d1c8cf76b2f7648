import type { Command } from 'commander';
import type { ExitStatus } from '../exit.ts';
import { notEmpty, rowsOption } from '../options.ts';
import { otherConnection, type GivenText } from '../plan/connections.ts';
import { loadSettings } from '../plan/settings.ts';
import type { Begin } from '../task.ts';
import { loadWorkload } from '../load-workload.ts';

interface Options {
  readonly database: string;
  readonly rows: number;
}

const EXAMPLES = `Examples:
  createdb audit && pgdrill workload --database postgresql://localhost/audit --rows 1000000
  pgdrill run --source postgresql://localhost/audit`;

/** `pgdrill workload`: something to try a drill on. */
export function addWorkloadCommand(program: Command, begin: Begin): void {
  program
    .command('workload')
    .summary('load the reference chain into an empty database, to try a drill on')
    .description('Loads the reference workload, an audit log whose rows are chained by hashes, into an empty database.')
    .requiredOption('--database <url>', 'URL, "host=... dbname=...", or $NAME of an environment variable')
    .addOption(rowsOption)
    .addHelpText('after', `\n${EXAMPLES}`)
    .action((options: Options) => begin((signal) => load(options, signal)));
}

async function load({ database, rows }: Options, signal: AbortSignal): Promise<ExitStatus> {
  const settings = await loadSettings(undefined);
  const given: GivenText = { text: notEmpty('--database', database) ?? '', where: '--database' };
  const connection = otherConnection(given, settings);
  await loadWorkload(connection, rows, signal);
  return 0;
}
