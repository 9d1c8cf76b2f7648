import { join, resolve } from 'node:path';
import process from 'node:process';
import { loadPlugin, UsageError, validateData, type AnyReporter, type Json } from '@pgdrill/core';
import { builtinReporters, github, githubSummary, json, junit, text } from '@pgdrill/reporters';
import type { ReportOptions } from '../options.ts';
import type { Settings } from '../plan/settings.ts';
import { hasColors } from '../stdio.ts';
import { outFolder, wantedReports, type WantedReport } from './wanted-reports.ts';

/** Where a report goes: standard output, a file of its own, or the end of a file that others write to too. */
export type Place =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'append'; readonly path: string };

/** One report to be written. */
export interface Outlet {
  readonly reporter: AnyReporter;
  readonly options: unknown;
  readonly place: Place;
}

/** All that is to be written at the end. */
export interface Outlets {
  readonly reports: readonly Outlet[];
  /** The folder for the manifests too. */
  readonly folder: string | undefined;
}

/**
 * Decides what is written where. Without any word from the user: text to standard output; in GitHub Actions, annotations and the step summary too.
 * With a folder, JSON and JUnit go there in any case.
 *
 * @throws UsageError for an unknown reporter, options that do not fit, or two reports in one place
 */
export async function chooseOutlets(options: ReportOptions, settings: Settings): Promise<Outlets> {
  const folder = outFolder(options, settings);
  const wanted = await Promise.all(wantedReports(options, settings).map((each) => outletOf(each, folder, settings)));
  const named = wanted.length > 0;
  const reports = [...wanted, ...(named ? [] : githubOutlets(settings)), ...folderOutlets(wanted, folder)];
  return { reports: checked(withText(reports)), folder };
}

/** What `pgdrill report` writes: what was named and nothing else, or text. */
export async function chooseRenderings(options: ReportOptions, settings: Settings): Promise<readonly Outlet[]> {
  const fromConfig = options.reporter === undefined ? [] : wantedReports(options, settings);
  const reports = await Promise.all(fromConfig.map((each) => outletOf(each, undefined, settings)));
  return checked(reports.length === 0 ? withText(reports) : reports);
}

async function outletOf(wanted: WantedReport, folder: string | undefined, settings: Settings): Promise<Outlet> {
  const reporter = await loadPlugin<AnyReporter>(wanted.reporter, {
    kind: 'reporter',
    builtIn: builtinReporters,
    baseDirectory: wanted.baseDirectory,
    members: ['name', 'render'],
  });
  const place = placeOf(reporter, wanted.file, folder, settings.environment);
  return { reporter, place, options: optionsOf(reporter, wanted.options, place) };
}

function placeOf(
  reporter: AnyReporter,
  file: string | undefined,
  folder: string | undefined,
  environment: Settings['environment'],
): Place {
  const summary = environment['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '-') return { kind: 'stdout' };
  // What other commands of the same step have written there stays.
  if (file !== undefined) return { kind: summary !== '' && resolve(summary) === file ? 'append' : 'file', path: file };
  if (reporter.name === githubSummary.name && summary !== '') return { kind: 'append', path: resolve(summary) };
  if (folder !== undefined && typeof reporter.fileName === 'string') {
    return { kind: 'file', path: join(folder, reporter.fileName) };
  }
  return { kind: 'stdout' };
}

const NO_OPTIONS = { type: 'object', properties: {}, additionalProperties: false };

function optionsOf(reporter: AnyReporter, given: { readonly [option: string]: Json }, place: Place): unknown {
  const options = {
    ...(reporter.name === text.name && place.kind === 'stdout' ? terminalOptions() : {}),
    ...structuredClone(given),
  };
  const problems = validateData(reporter.optionsSchema ?? NO_OPTIONS, options);
  if (problems.length === 0) return options;
  throw new UsageError(`The options of the reporter ${reporter.name} do not fit:\n  ${problems.join('\n  ')}`);
}

/** What the text reporter must know of the terminal that it is read on. */
function terminalOptions(): { readonly color: boolean; readonly width?: number } {
  const { columns } = process.stdout;
  return {
    color: hasColors(process.stdout),
    ...(process.stdout.isTTY && columns > 0 ? { width: Math.min(160, Math.max(60, columns)) } : {}),
  };
}

function githubOutlets({ environment }: Settings): readonly Outlet[] {
  if (environment['GITHUB_ACTIONS'] !== 'true') return [];
  const summary = environment['GITHUB_STEP_SUMMARY'] ?? '';
  const annotations: Outlet = { reporter: github, options: {}, place: { kind: 'stdout' } };
  if (summary === '') return [annotations];
  return [annotations, { reporter: githubSummary, options: {}, place: { kind: 'append', path: resolve(summary) } }];
}

/** The JSON report is the record of the drill, JUnit what every CI reads: a folder for reports never lacks them. */
function folderOutlets(wanted: readonly Outlet[], folder: string | undefined): readonly Outlet[] {
  if (folder === undefined) return [];
  return [json, junit]
    .filter((reporter) => !wanted.some((outlet) => outlet.reporter === reporter && outlet.place.kind === 'file'))
    .map((reporter) => ({
      reporter,
      options: {},
      place: { kind: 'file', path: join(folder, reporter.fileName ?? reporter.name) },
    }));
}

/** Text goes to standard output, last, unless something else does; annotations may stand before it. */
function withText(outlets: readonly Outlet[]): readonly Outlet[] {
  const taken = outlets.some(({ reporter, place }) => place.kind === 'stdout' && reporter !== github);
  if (taken) return outlets;
  const place: Place = { kind: 'stdout' };
  return [...outlets, { reporter: text, options: optionsOf(text, {}, place), place }];
}

/** Only what is meant for a terminal can share standard output: a document with something before or behind it cannot be read. */
function checked(outlets: readonly Outlet[]): readonly Outlet[] {
  const onStdout = outlets.filter(({ place }) => place.kind === 'stdout').map(({ reporter }) => reporter);
  const document = onStdout.find(({ fileName }) => typeof fileName === 'string');
  if (document && onStdout.length > 1) {
    const names = onStdout.map(({ name }) => name).join(' and ');
    throw new UsageError(
      `The reports ${names} would all go to standard output, where ${document.name} must be alone. ` +
        `Give it a file: --reporter ${document.name}=${document.fileName}, or a folder for all: --out DIR.`,
    );
  }
  const paths = outlets.flatMap(({ place }) => (place.kind === 'file' ? [place.path] : []));
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new UsageError(`Two reports would go to ${twice}. Give each a file of its own.`);
  return outlets;
}
