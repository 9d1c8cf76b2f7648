import { few, ok, type PreflightItem } from './item.ts';
import { stumbling, type Judge, type JudgeContext } from './judge-context.ts';

/** Can the target make the source's extensions again, and of the same version? A dump names no version: the server's default one is installed. */
export const extensions: Judge = (context) => {
  const wanted = context.source.facts.extensions;
  if (wanted.length === 0) return [ok('extensions', 'The source has none but those of every database.')];
  const found = [...missing(context), ...forbidden(context), ...otherVersion(context), ...notPreloaded(context)];
  if (found.length > 0) return found;
  return [ok('extensions', `The target has ${few(wanted.map(({ name, version }) => `${name} ${version}`))}.`)];
};

function missing(context: JudgeContext): readonly PreflightItem[] {
  const there = new Set(context.target.facts.extensions.map(({ name }) => name));
  const names = context.source.facts.extensions.map(({ name }) => name).filter((name) => !there.has(name));
  if (names.length === 0) return [];
  return [
    {
      id: 'extensions',
      status: stumbling(context),
      message: `The target server has no files of ${few(names)}, which the source has as ${names.length === 1 ? 'an extension' : 'extensions'}.`,
      remedy: 'Install the same packages on the target server.',
    },
  ];
}

/** A warning, since hosted servers let other roles create some of them. */
function forbidden({ source, target }: JudgeContext): readonly PreflightItem[] {
  const wanted = new Set(source.facts.extensions.map(({ name }) => name));
  const names = target.facts.extensions
    .filter(({ name, allowed }) => wanted.has(name) && !allowed)
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    {
      id: 'extensions',
      status: 'warning',
      message: `The role ${target.facts.role} of the target is no superuser, and ${few(names)} can be created by one alone, unless the server makes an exception.`,
      remedy: 'Restore as a superuser, or create them in the target beforehand where it is a database of your own.',
    },
  ];
}

function otherVersion({ source, target }: JudgeContext): readonly PreflightItem[] {
  const there = new Map(target.facts.extensions.map(({ name, version }) => [name, version]));
  const differing = source.facts.extensions.filter(({ name, version }) => {
    const other = there.get(name);
    return other !== undefined && other !== version;
  });
  if (differing.length === 0) return [];
  const list = differing.map(({ name, version }) => `${name} ${version} becomes ${there.get(name) ?? 'unknown'}`);
  return [
    {
      id: 'extensions',
      status: 'warning',
      message: `A dump names no version, so the restored database gets another one than the source has: ${few(list)}.`,
      remedy: 'Install the same version on the target server, or run ALTER EXTENSION ... UPDATE in the source.',
    },
  ];
}

/** These cannot be created unless the server loads them at its start. Source: each one's own manual. */
const PRELOADED = ['timescaledb', 'citus', 'pg_cron'];

function notPreloaded({ source, target }: JudgeContext): readonly PreflightItem[] {
  const loaded = (target.facts.preloaded ?? '').split(',').map((name) => name.trim());
  const names = source.facts.extensions.map(({ name }) => name).filter((name) => PRELOADED.includes(name));
  const absent = target.facts.preloaded === null ? [] : names.filter((name) => !loaded.includes(name));
  const timescale = names.includes('timescaledb');
  if (absent.length === 0 && !timescale) return [];
  const calls = timescale
    ? ' timescaledb wants timescaledb_pre_restore() before and timescaledb_post_restore() after, in the target.'
    : '';
  const message =
    absent.length === 0
      ? 'The source has timescaledb, whose restore needs calls of its own.'
      : `The target server does not load ${few(absent)} at its start, without which it cannot be created there.`;
  const load = absent.length === 0 ? '' : `Add it to shared_preload_libraries of the target server, and restart that.`;
  return [{ id: 'extensions', status: 'warning', message, remedy: `${load}${calls}`.trim() }];
}
