import { expandEnvironment, resolveConnection, UsageError, type ConnectionSettings } from '@pgdrill/core';
import { notEmpty } from '../options.ts';
import type { Settings } from './settings.ts';

/** Each of these names a place by itself; a user name or a password alone does not. */
const NAMING_VARIABLES = ['PGSERVICE', 'PGHOST', 'PGHOSTADDR', 'PGDATABASE'] as const;

/** These name the source's own place, and would lead a second connection back to it. */
const SOURCE_ONLY_VARIABLES = ['PGSERVICE', 'PGHOSTADDR', 'PGDATABASE'] as const;

/**
 * The database on trial: the option, else the config's, else what the `PG*` variables name. Never what libpq would fall back to: nobody has asked for
 * that one.
 *
 * @throws UsageError when nothing names a database, or what names it is wrong
 */
export function sourceConnection(option: string | undefined, settings: Settings): ConnectionSettings {
  const { config, environment } = settings;
  const given = connectionText('--source', option, 'source', config.source);
  if (given !== undefined) return resolve(given, environment, environment);
  if (NAMING_VARIABLES.some((name) => (environment[name] ?? '') !== '')) {
    return resolveConnection(undefined, environment);
  }
  throw new UsageError(
    'No database is named. Give --source URL, "source" in the config file, or one of the variables ' +
      `${NAMING_VARIABLES.join(', ')}. To see a drill without a database of your own: pgdrill demo.`,
  );
}

/** Any other database, or server: the rest of the source's `PG*` variables (port, user, password, TLS) count for it as for libpq's own programs. */
export function otherConnection(
  given: GivenText,
  { environment }: Settings,
  database?: 'postgres',
): ConnectionSettings {
  const dropped = Object.fromEntries(SOURCE_ONLY_VARIABLES.map((name) => [name, undefined]));
  return resolve(given, environment, { ...environment, ...dropped, PGDATABASE: database });
}

/** A connection string, and what to call it in messages. */
export interface GivenText {
  readonly text: string;
  readonly where: string;
}

/** The option if it is there, else the config's key; which of them, for messages. */
export function connectionText(
  optionName: string,
  option: string | undefined,
  key: string,
  configured: string | undefined,
): GivenText | undefined {
  const text = notEmpty(optionName, option);
  if (text !== undefined) return { text, where: optionName };
  return configured === undefined ? undefined : { text: configured, where: `"${key}" in the config` };
}

type Environment = Settings['environment'];

function resolve({ text, where }: GivenText, names: Environment, variables: Environment): ConnectionSettings {
  const expanded = expandEnvironment(text, where, names);
  try {
    return resolveConnection(expanded, variables);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${where}: ${error.message}`, { cause: error });
    throw error;
  }
}
