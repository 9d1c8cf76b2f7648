import { resolve } from 'node:path';
import { builtinChecks } from '@pgdrill/checks';
import {
  loadPlugin,
  planChecks,
  withChainKeys,
  type AnyCheck,
  type CapturePlan,
  type PlannedCheck,
} from '@pgdrill/core';
import type { CaptureOptions } from '../options.ts';
import { plannedSelection } from './selection.ts';
import { plannedTier } from './tier.ts';
import type { Settings } from './settings.ts';

const DEFAULT_WORKERS = 2;
const DEFAULT_DEADLINE_SECONDS = 3600;

/**
 * What every capture needs, from options and config.
 *
 * @throws UsageError for an unknown check, options of a check that do not fit, an empty pattern, or a tier that there is not
 */
export async function capturePlan(options: CaptureOptions, settings: Settings): Promise<CapturePlan> {
  const { config } = settings;
  return {
    checks: await chosenChecks(options.check ?? [], settings),
    chains: withChainKeys(config.chains ?? [], settings.environment),
    reveal: config.reveal ?? 'surrogate-keys',
    tier: plannedTier(options, settings),
    selection: plannedSelection(options, settings),
    driver: options.driver ?? config.driver ?? 'pg',
    workers: config.workers ?? DEFAULT_WORKERS,
    deadlineSeconds: config.deadline ?? DEFAULT_DEADLINE_SECONDS,
    maxLoad: options.maxLoad ?? config.maxLoad,
  };
}

/** The built-in checks and those of the config; or, when there are names, these alone. */
export async function chosenChecks(names: readonly string[], settings: Settings): Promise<readonly PlannedCheck[]> {
  const { config, baseDirectory } = settings;
  const only: string[] = [];
  for (const name of names) only.push(await specifierOf(name, settings));
  return planChecks(config, builtinChecks, baseDirectory, only);
}

/**
 * A check is named as in the config, or as in reports by its own name, or by its path from the working directory; the config's paths count from the
 * config.
 */
async function specifierOf(name: string, settings: Settings): Promise<string> {
  const keys = Object.keys(settings.config.checks ?? {});
  if (keys.includes(name) || builtinChecks.some((check) => check.name === name)) return name;
  if (name.startsWith('.')) return resolve(settings.workingDirectory, name);
  const { baseDirectory } = settings;
  for (const key of keys.filter((other) => settings.config.checks?.[other] !== false)) {
    const source = { kind: 'check', builtIn: builtinChecks, baseDirectory, members: ['name', 'judge'] };
    const check = await loadPlugin<AnyCheck>(key, source);
    if (check.name === name) return key;
  }
  return name;
}
