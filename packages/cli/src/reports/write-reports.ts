import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, type DrillResult, type Report } from '@pgdrill/core';
import { print } from '../stdio.ts';
import { jsonPieces } from './json-pieces.ts';
import type { Outlet, Outlets } from './outlets.ts';
import { prepareFile, writeWhole } from './output-file.ts';

const BEFORE = 'manifest-before.json';
const AFTER = 'manifest-after.json';

/**
 * Makes sure that everything can be written at the end.
 *
 * @throws UsageError for the first place that cannot be written to
 */
export async function prepareOutlets({ reports, folder }: Outlets): Promise<void> {
  for (const { place } of reports) {
    if (place.kind !== 'stdout') await prepareFile(place.path, place.kind === 'append');
  }
  if (folder === undefined) return;
  for (const name of [BEFORE, AFTER]) await prepareFile(join(folder, name));
}

/**
 * Writes all reports, and the manifests when there is a folder for them. One that fails keeps none of the others from being written.
 *
 * @returns what could not be written, and why
 */
export async function writeResult(result: DrillResult, { reports, folder }: Outlets): Promise<readonly string[]> {
  const problems = [...(await writeReports(reports, result.report))];
  const manifests = { [BEFORE]: result.before, [AFTER]: result.after };
  for (const [name, manifest] of Object.entries(manifests)) {
    if (folder === undefined || manifest === null) continue;
    const path = join(folder, name);
    const attempt = writeWhole(path, jsonPieces(manifest));
    await attempt.catch((error: unknown) => problems.push(`${path} could not be written: ${messageOf(error)}.`));
  }
  return problems;
}

/** Writes reports alone; returns as `writeResult` does. */
export async function writeReports(outlets: readonly Outlet[], report: Report): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { reporter, options, place } of outlets) {
    try {
      const rendered: unknown = reporter.render(report, options);
      if (typeof rendered !== 'string') throw new Error(`it returned ${typeof rendered} instead of text`);
      if (place.kind === 'stdout') await print(rendered);
      else if (place.kind === 'append') await appendFile(place.path, rendered);
      else await writeWhole(place.path, rendered);
    } catch (error) {
      const where = place.kind === 'stdout' ? 'standard output' : place.path;
      problems.push(`The report of ${reporter.name} could not be written to ${where}: ${messageOf(error)}.`);
    }
  }
  return problems;
}
