import { Option, type Command } from 'commander';
import {
  addCaptureOptions,
  configOption,
  outOption,
  reporterOption,
  sandboxOption,
  sourceOption,
  wholeNumber,
  sinceOption,
  writeTestOption,
  type CaptureOptions,
  type ReportOptions,
  type SinceOptions,
} from './options.ts';
import type { BackupOptions } from './plan/backup.ts';
import type { TargetOptions } from './plan/target.ts';

/** Options of a whole drill, and of what looks whether one could begin. */
export interface DrillOptions extends CaptureOptions, ReportOptions, BackupOptions, TargetOptions, SinceOptions {
  readonly source?: string;
  readonly releaseSource?: boolean;
  readonly keep?: boolean;
  readonly writeTest?: boolean;
}

/** Gives a command all of them. */
export function addDrillOptions(command: Command): Command {
  const begun = command
    .addOption(configOption)
    .addOption(sourceOption)
    .option(
      '--target <where>',
      'scratch: a database that is made and dropped again; sandbox: a throwaway server; or the URL of an empty database; scratch unless given',
    )
    .option('--target-server <url>', "where a scratch database is made; on the source's server unless given")
    .addOption(sandboxOption('system', 'embedded'))
    .option('--in-place', 'drop the schemas of the source itself and restore into it; needs --confirm')
    .option('--confirm <name>', 'for --in-place: the name of the database, once more')
    .addOption(
      new Option('--format <format>', 'of the backup: custom unless given').choices([
        'custom',
        'directory',
        'tar',
        'plain',
      ]),
    )
    .addOption(
      new Option(
        '--jobs <n>',
        'processes that dump (directory) and restore (directory, custom); 1 unless given',
      ).argParser(wholeNumber(1)),
    )
    .option('--compress <level>', '0 to 9, or METHOD[:DETAIL] such as zstd:3');
  return addCaptureOptions(begun)
    .addOption(sinceOption)
    .option('--release-source', 'let go of the snapshot before the restore; differing rows can then not be looked up')
    .option('--keep', 'keep the backup, and what the target made')
    .addOption(writeTestOption)
    .option('--no-write-test', 'do not; nor in a database that pgdrill made, where it does unless told')
    .addOption(reporterOption)
    .addOption(outOption);
}
