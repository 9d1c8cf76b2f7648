import { resolve } from 'node:path';
import { chainsIn } from '@pgdrill/checks';
import { readManifest, UsageError, type Since } from '@pgdrill/core';
import { notEmpty, type SinceOptions } from '../options.ts';
import type { Settings } from './settings.ts';

const DEFAULT_SHARE = 30;

/**
 * The earlier capture from which chains go on, by the option, else by the config; undefined when neither says.
 *
 * @throws UsageError when the manifest cannot be read, or holds no chain
 */
export async function plannedSince(options: SinceOptions, settings: Settings): Promise<Since | undefined> {
  const { config, baseDirectory, workingDirectory } = settings;
  const option = notEmpty('--since', options.since);
  const file =
    option !== undefined
      ? resolve(workingDirectory, option)
      : config.since === undefined
        ? undefined
        : resolve(baseDirectory, config.since);
  if (file === undefined) return undefined;
  const manifest = await readManifest(file);
  if (chainsIn(manifest).length === 0) {
    throw new UsageError(
      `The manifest ${file} holds no hash chain to go on from. Capture it again with the check verify-chain, or leave --since out, in the config too.`,
    );
  }
  return { manifest, share: config.sinceShare ?? DEFAULT_SHARE, day: new Date().toISOString().slice(0, 10) };
}
