import { builtinMethods } from '@pgdrill/backups';
import { loadPlugin, UsageError, validateData, type AnyBackupMethod, type DrillPlan } from '@pgdrill/core';
import type { Settings } from './settings.ts';

/** Options of a command that takes a backup. */
export interface BackupOptions {
  readonly format?: string;
  readonly jobs?: number;
  readonly compress?: string;
}

/**
 * The backup method and its options: the command line's over the config's.
 *
 * @throws UsageError for an unknown method, or options that do not fit it
 */
export async function plannedBackup(options: BackupOptions, settings: Settings): Promise<DrillPlan['backup']> {
  const { method: name = 'pg_dump', ...configured } = settings.config.backup ?? {};
  const method = await loadPlugin<AnyBackupMethod>(name, {
    kind: 'backup method',
    builtIn: builtinMethods,
    baseDirectory: settings.baseDirectory,
    members: ['name', 'prepare', 'backup', 'check', 'restore'],
  });
  const { format, jobs, compress } = options;
  const given = {
    format,
    jobs,
    compress: compress !== undefined && /^\d+$/.test(compress) ? Number(compress) : compress,
  };
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const merged = structuredClone({ ...configured, ...chosen });
  const problems = validateData(method.optionsSchema, merged);
  if (problems.length > 0) {
    throw new UsageError(`The options of the backup method ${method.name} do not fit:\n  ${problems.join('\n  ')}`);
  }
  method.validate?.(merged);
  return { method, options: merged };
}

/**
 * How a backup that pgdrill did not take itself was taken: as the config says in so many words, else unknown. A default says nothing about what
 * others did.
 *
 * @throws UsageError as `plannedBackup` does
 */
export async function knownBackup(settings: Settings): Promise<DrillPlan['backup'] | undefined> {
  return settings.config.backup === undefined ? undefined : plannedBackup({}, settings);
}
