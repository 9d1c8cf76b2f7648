import { pathToFileURL } from 'node:url';
import { join, resolve as resolvePath } from 'node:path';
import { resolve as resolvePackage } from 'import-meta-resolve';
import { UsageError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import { nearest } from './nearest.ts';

/** Where a plug-in may come from. */
export interface PluginSource<Plugin> {
  /** What it is, for messages: `check`, `reporter`, `backup method`. */
  readonly kind: string;
  readonly builtIn: readonly Plugin[];
  /** Relative paths and packages are found from here: the config file's directory, or the working directory. */
  readonly baseDirectory: string;
  /** Members that tell this kind of plug-in from others, all functions but `name`. */
  readonly members: readonly string[];
}

/**
 * Finds a plug-in by built-in name, by path (starts with `.` or `/`), or by package name. A plug-in module has the plug-in as its default export.
 *
 * @throws UsageError when there is none of that name, it cannot be loaded, or it is not of that kind
 */
export async function loadPlugin<Plugin extends { readonly name: string }>(
  specifier: string,
  source: PluginSource<Plugin>,
): Promise<Plugin> {
  const builtIn = source.builtIn.find(({ name }) => name === specifier);
  if (builtIn) return builtIn;
  const module = await importModule(specifier, source);
  const plugin = module['default'];
  if (!hasMembers(plugin, source.members)) {
    throw new UsageError(
      `${JSON.stringify(specifier)} was loaded, but its default export is no ${source.kind}: it needs ${source.members.join(', ')}. See the documentation on writing a ${source.kind}.`,
    );
  }
  return plugin as Plugin;
}

async function importModule(
  specifier: string,
  source: PluginSource<{ readonly name: string }>,
): Promise<Record<string, unknown>> {
  const isPath = /^[./]|^[A-Za-z]:[\\/]/.test(specifier);
  try {
    const base = pathToFileURL(join(source.baseDirectory, 'pgdrill.config.js')).href;
    const url = isPath
      ? pathToFileURL(resolvePath(source.baseDirectory, specifier)).href
      : resolvePackage(specifier, base);
    return (await import(url)) as Record<string, unknown>;
  } catch (error) {
    if (isPath)
      throw new UsageError(`The ${source.kind} ${JSON.stringify(specifier)} could not be loaded: ${messageOf(error)}`, {
        cause: error,
      });
    const names = source.builtIn.map(({ name }) => name);
    const guess = nearest(specifier, names);
    throw new UsageError(
      `There is no ${source.kind} ${JSON.stringify(specifier)}. ${guess === undefined ? '' : `Did you mean ${JSON.stringify(guess)}? `}` +
        `Built in are ${names.join(', ')}; one of your own is named by a path such as "./my-${source.kind.replaceAll(' ', '-')}.ts", or by the name of an installed package.`,
      { cause: error },
    );
  }
}

function hasMembers(value: unknown, members: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Record<string, unknown>;
  return members.every((member) =>
    member === 'name' ? typeof candidate[member] === 'string' : typeof candidate[member] === 'function',
  );
}
