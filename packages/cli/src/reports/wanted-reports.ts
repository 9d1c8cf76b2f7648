import { isAbsolute, resolve } from 'node:path';
import { UsageError, type Config, type Json } from '@pgdrill/core';
import { notEmpty, type ReportOptions } from '../options.ts';
import type { Settings } from '../plan/settings.ts';

/** A report as it was asked for, before its reporter is loaded. */
export interface WantedReport {
  /** Built-in name, path, or package. */
  readonly reporter: string;
  /** Absolute path, or `-` for standard output; when absent, the reporter's own place. */
  readonly file?: string;
  readonly options: { readonly [option: string]: Json };
  /** From where the reporter's path counts. */
  readonly baseDirectory: string;
}

/**
 * The reports that were asked for: by options, or else in the config. Options of a reporter come from the config either way.
 *
 * @throws UsageError for `--reporter` without a name or with an empty file
 */
export function wantedReports(options: ReportOptions, settings: Settings): readonly WantedReport[] {
  const configured = (settings.config.reporters ?? []).map(withName);
  if (options.reporter === undefined) {
    const folder = outFolder(options, settings) ?? settings.baseDirectory;
    return configured.map(({ name, file, options: given = {} }) => ({
      reporter: name,
      ...(file === undefined ? {} : { file: resolve(folder, file) }),
      options: given,
      baseDirectory: settings.baseDirectory,
    }));
  }
  return options.reporter.map((spec) => {
    const { name, file } = readSpec(spec);
    const place = file === undefined || file === '-' ? file : resolve(settings.workingDirectory, file);
    const known = configured.find((other) => other.name === name);
    return {
      reporter: name,
      ...(place === undefined ? {} : { file: place }),
      options: known?.options ?? {},
      baseDirectory: known ? settings.baseDirectory : settings.workingDirectory,
    };
  });
}

/** The folder for reports: the option, from the working directory, else the config's, from the config; undefined when there is none. */
export function outFolder(
  { out }: ReportOptions,
  { config, baseDirectory, workingDirectory }: Settings,
): string | undefined {
  const given = notEmpty('--out', out);
  if (given !== undefined) return resolve(workingDirectory, given);
  if (config.out === undefined) return undefined;
  return isAbsolute(config.out) ? config.out : resolve(baseDirectory, config.out);
}

type ConfiguredReporter = Exclude<NonNullable<Config['reporters']>[number], string>;

function withName(entry: string | ConfiguredReporter): ConfiguredReporter {
  return typeof entry === 'string' ? { name: entry } : entry;
}

/** `NAME` or `NAME=FILE`: the first `=` divides them, so a path of a reporter cannot hold one, and the file's can. */
function readSpec(spec: string): { readonly name: string; readonly file?: string } {
  const at = spec.indexOf('=');
  const name = at < 0 ? spec : spec.slice(0, at);
  const file = at < 0 ? undefined : spec.slice(at + 1);
  if (name.trim() === '' || file?.trim() === '') {
    throw new UsageError(
      `--reporter ${JSON.stringify(spec)} lacks a name or a file. Write NAME, or NAME=FILE such as junit=junit.xml.`,
    );
  }
  return file === undefined ? { name } : { name, file };
}
