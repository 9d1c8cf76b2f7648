import process from 'node:process';
import { loadConfig, type LoadedConfig } from '@pgdrill/core';

/** What a command works from, besides its options. */
export interface Settings extends LoadedConfig {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths in options count from here; those in the config from `baseDirectory`. */
  readonly workingDirectory: string;
}

/**
 * Loads the config, from the named file or from this folder.
 *
 * @throws UsageError as `loadConfig` does
 */
export async function loadSettings(configFile: string | undefined): Promise<Settings> {
  const workingDirectory = process.cwd();
  const loaded = await loadConfig(workingDirectory, configFile);
  return { ...loaded, environment: process.env, workingDirectory };
}
