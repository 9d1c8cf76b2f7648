import { inPlaceTarget, scratchTarget, urlTarget } from '@pgdrill/backups';
import { UsageError, type ConnectionSettings, type Target } from '@pgdrill/core';
import type { SandboxKind } from '@pgdrill/sandbox';
import { notEmpty } from '../options.ts';
import { connectionText, otherConnection } from './connections.ts';
import type { Settings } from './settings.ts';

/** Options that say where a backup is restored. */
export interface TargetOptions {
  readonly target?: string;
  readonly targetServer?: string;
  readonly inPlace?: boolean;
  readonly confirm?: string;
  readonly sandbox?: SandboxKind;
}

/**
 * Where the backup is restored: the options, else the config, else a scratch database on the source's own server.
 *
 * @throws UsageError for options that contradict each other, and for an in-place drill that is not confirmed
 */
export async function plannedTarget(
  options: TargetOptions,
  source: ConnectionSettings,
  settings: Settings,
): Promise<Target> {
  if (options.inPlace === true) return confirmedInPlace(options, source);
  if (options.confirm !== undefined) {
    throw new UsageError('--confirm goes with --in-place, which is not given. Leave it out, or give both.');
  }
  const { target: configured, targetServer: configuredServer } = settings.config;
  const where = connectionText('--target', options.target, 'target', configured) ?? { text: 'scratch', where: '' };
  const server = connectionText(
    '--target-server',
    options.targetServer,
    'targetServer',
    // An option for another kind of target sets the config's server aside.
    options.target === undefined || options.target === 'scratch' ? configuredServer : undefined,
  );
  if (server !== undefined && where.text !== 'scratch') {
    throw new UsageError(
      `${server.where} is where a scratch database is made, but ${where.where} asks for another target. Leave one of them out.`,
    );
  }
  if (options.sandbox !== undefined && where.text !== 'sandbox') {
    throw new UsageError('--sandbox chooses the throwaway server of --target sandbox, which is not asked for.');
  }
  if (where.text === 'scratch') {
    return scratchTarget(server === undefined ? {} : { server: otherConnection(server, settings, 'postgres') });
  }
  if (where.text === 'sandbox') {
    const { sandboxTarget } = await import('@pgdrill/sandbox');
    return sandboxTarget({ kind: options.sandbox });
  }
  return urlTarget(otherConnection(where, settings));
}

function confirmedInPlace(options: TargetOptions, source: ConnectionSettings): Target {
  const others = { '--target': options.target, '--target-server': options.targetServer, '--sandbox': options.sandbox };
  const [other] = Object.entries(others).filter(([, value]) => value !== undefined);
  if (other)
    throw new UsageError(`--in-place restores into the source itself, so ${other[0]} cannot be given with it.`);
  const confirm = notEmpty('--confirm', options.confirm);
  if (confirm === source.database) return inPlaceTarget({ confirm });
  const said = confirm === undefined ? 'is not confirmed' : `was confirmed for ${JSON.stringify(confirm)}`;
  throw new UsageError(
    `--in-place drops all schemas of the database ${JSON.stringify(source.database)} and restores them; it ${said}. ` +
      `To do so, add: --confirm ${shellWord(source.database)}`,
  );
}

function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
