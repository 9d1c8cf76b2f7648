import type { DrillPlan } from '@pgdrill/core';
import type { DrillOptions } from '../drill-options.ts';
import { plannedBackup } from './backup.ts';
import { capturePlan } from './capture-plan.ts';
import { sourceConnection } from './connections.ts';
import type { Settings } from './settings.ts';
import { plannedSince } from './since.ts';
import { plannedTarget } from './target.ts';

/**
 * A whole drill, from options and config.
 *
 * @throws UsageError for options that cannot work, or contradict one another
 */
export async function drillPlan(options: DrillOptions, settings: Settings): Promise<DrillPlan> {
  const source = sourceConnection(options.source, settings);
  return {
    ...(await capturePlan(options, settings)),
    since: await plannedSince(options, settings),
    source,
    target: await plannedTarget(options, source, settings),
    backup: await plannedBackup(options, settings),
    accept: settings.config.accept,
    releaseSource: options.releaseSource ?? settings.config.releaseSource ?? false,
    keep: options.keep ?? settings.config.keep ?? false,
    writeTest: options.writeTest ?? settings.config.writeTest,
    ignoredPreflight: settings.config.preflight?.ignore ?? [],
  };
}
