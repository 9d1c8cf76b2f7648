import { access } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sharedChainName } from '../chain.ts';
import { UsageError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import configSchema from '../schemas/config.schema.json' with { type: 'json' };
import type { Config } from './config.ts';
import { validateData } from './validate-data.ts';

/** A config and the directory from which its paths count. */
export interface LoadedConfig {
  readonly config: Config;
  /** The file it came from; null when there was none. */
  readonly file: string | null;
  readonly baseDirectory: string;
}

/** In the order in which they are looked for. */
export const CONFIG_FILES: readonly string[] = [
  'pgdrill.config.ts',
  'pgdrill.config.js',
  'pgdrill.config.mjs',
  'pgdrill.config.json',
];

/**
 * Loads and validates the config: the named file, else the first of `CONFIG_FILES` in the directory, else an empty one.
 *
 * @throws UsageError when the named file is not there, cannot be loaded, or does not fit the schema, or two chains share a name
 */
export async function loadConfig(directory: string, named?: string): Promise<LoadedConfig> {
  const file = named === undefined ? await firstExisting(directory) : resolve(directory, named);
  if (file === null) return { config: {}, file, baseDirectory: directory };
  const config = structuredClone(await readConfig(file));
  const problems = validateData(configSchema, config);
  if (problems.length > 0) throw new UsageError(`The config ${file} does not fit:\n  ${problems.join('\n  ')}`);
  const { chains = [] } = config as Config;
  const shared = sharedChainName(chains);
  if (shared !== undefined) {
    throw new UsageError(
      `The config ${file} has more than one chain called ${JSON.stringify(shared)}: give each a "name" of its own.`,
    );
  }
  return { config: config as Config, file, baseDirectory: dirname(file) };
}

async function readConfig(file: string): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return JSON.parse(await readFile(file, 'utf8')) as unknown;
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    if (module.default === undefined) throw new Error('it has no default export (write: export default { ... })');
    return module.default;
  } catch (error) {
    throw new UsageError(`The config ${file} could not be loaded: ${messageOf(error)}`, { cause: error });
  }
}

async function firstExisting(directory: string): Promise<string | null> {
  for (const name of CONFIG_FILES) {
    const file = resolve(directory, name);
    if (await exists(file)) return file;
  }
  return null;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
