import { Option, type Command } from 'commander';
import { detectChain, type Detection, type DetectKey } from '@pgdrill/checks';
import { describeConnection, openSnapshot, UsageError, type DriverName } from '@pgdrill/core';
import { chainConfigText } from '../chain-config-text.ts';
import type { ExitStatus } from '../exit.ts';
import { configOption, driverOption, notEmpty, sourceOption, wholeNumber } from '../options.ts';
import { sourceConnection } from '../plan/connections.ts';
import { loadSettings, type Settings } from '../plan/settings.ts';
import { print, say } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface Options {
  readonly config?: string;
  readonly source?: string;
  readonly driver?: DriverName;
  readonly table: string;
  readonly seconds: number;
  readonly candidates: number;
  readonly keyEnv?: string;
  readonly json?: true;
}

const EXAMPLES = `Examples:
  pgdrill chain detect --source '$DRILL_URL' --table public.ledger
  pgdrill chain detect --source '$DRILL_URL' --table public.ledger > pgdrill.config.ts

Exit status: 0 when a description was found that all rows fit which were tried; 1 when some of them do not; 3 when none
was found, or the table could not be read; 2 for wrong usage; 130 when interrupted.`;

const secondsOption = new Option('--seconds <n>', 'search for so long at most').argParser(wholeNumber(1)).default(60);
const candidatesOption = new Option('--candidates <n>', 'try so many formats at most')
  .argParser(wholeNumber(1))
  .default(5_000_000);

/** `pgdrill chain`: what is done with hash chains besides drilling them. */
export function addChainCommand(program: Command, begin: Begin): void {
  program
    .command('chain')
    .summary('find out how the hashes of a chained table are made')
    .description('Looks at hash-chained tables.')
    .command('detect')
    .summary('propose the description of a hash-chained table')
    .description(
      'Looks at a table whose rows are chained by hashes, and prints the config that describes it: one that makes the stored hashes again.',
    )
    .addOption(configOption)
    .addOption(sourceOption)
    .requiredOption('--table <name>', 'schema.table')
    .addOption(driverOption)
    .addOption(secondsOption)
    .addOption(candidatesOption)
    .option('--key-env <name>', 'the environment variable with the key, where the hashes are HMACs')
    .option('--json', 'print all that was found out, as JSON')
    .addHelpText('after', `\n${EXAMPLES}`)
    .action((options: Options) => begin((signal) => detect(options, signal)));
}

async function detect(options: Options, signal: AbortSignal): Promise<ExitStatus> {
  const settings = await loadSettings(options.config);
  const connection = sourceConnection(options.source, settings);
  const table = notEmpty('--table', options.table) ?? '';
  const key = keyOf(options, settings);
  const driver = options.driver ?? settings.config.driver ?? 'pg';
  say(`source: ${describeConnection(connection)}`);
  const session = await openSnapshot({ connection, driver, signal });
  try {
    const bounds = { seconds: options.seconds, candidates: options.candidates };
    const detection = await detectChain(session.leader, table, { bounds, signal, key });
    for (const line of linesOf(detection)) say(line);
    if (options.json) await print(`${JSON.stringify(detection, null, 2)}\n`);
    else if (detection.chain) await print(chainConfigText(detection.chain, headOf(detection)));
    return statusOf(detection);
  } finally {
    await session.close();
  }
}

/** The key is never an argument: those are seen by everybody on the machine. */
function keyOf({ keyEnv }: Options, { environment }: Settings): DetectKey | undefined {
  if (keyEnv === undefined) return undefined;
  const name = keyEnv.replace(/^\$/, '');
  const text = environment[name] ?? '';
  if (/^[A-Za-z_]\w*$/.test(name) && text !== '') return { name, text };
  // Not quoted: it may be the key itself.
  throw new UsageError(
    `--key-env names the environment variable that holds the key, and what is given is ${text === '' ? 'none that is set' : 'no name of one'}. Put the key into a variable, and give its name.`,
  );
}

/** A description that some rows do not fit is a finding: another format, or damage. */
function statusOf({ proof }: Detection): ExitStatus {
  if (proof === null || proof.fits === 0) return 3;
  return proof.fits === proof.rows ? 0 : 1;
}

function linesOf(detection: Detection): readonly string[] {
  const { table, chain, notes, tried, sample, candidates, seconds, bounds } = detection;
  const effort = `${candidates.toLocaleString('en')} candidates of at most ${bounds.candidates.toLocaleString('en')}, ${seconds.toFixed(1)} s of at most ${bounds.seconds} s`;
  const families = tried.map(
    ({ family, algorithm, candidates: number, fits }) =>
      `  ${family}, ${algorithm}: ${number.toLocaleString('en')} tried, ${fits === 0 ? 'none fits' : `the best fits ${fits} of ${sample} rows`}`,
  );
  if (chain !== null) return [...notes, `tried: ${effort}`, ...headOf(detection)];
  return [
    ...notes,
    ...families,
    `tried: ${effort}`,
    `No description of ${table} was found.${tried.length === 0 ? '' : ' Give more --seconds or --candidates if they ran out; else describe it by hand: see docs/chains.md.'}`,
  ];
}

function headOf({ table, proof, uncovered }: Detection): readonly string[] {
  const { fits, rows } = proof ?? { fits: 0, rows: 0 };
  const proven = `${fits === rows ? 'all' : `${fits.toLocaleString('en')} of`} ${rows.toLocaleString('en')}`;
  return [
    `${table}: ${proven} rows that were tried fit this description.`,
    ...(fits === rows ? [] : ['Some rows do not: another format, or damage.']),
    ...(uncovered.length === 0 ? [] : [`No hash covers: ${uncovered.join(', ')}.`]),
  ];
}
