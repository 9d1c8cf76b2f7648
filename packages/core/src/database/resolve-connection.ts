import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { ConnectionSettings, SslMode } from './connection.ts';
import { checkParameters, environmentParameters, type Parameters } from './connection-parameters.ts';
import { parseConnectionString } from './connection-string.ts';
import { isConnectionUrl, parseConnectionUrl } from './connection-url.ts';
import { defaultHost, isDefaultSocketDirectory } from './default-host.ts';
import { passwordFromFile } from './password-file.ts';
import { serviceParameters } from './service-file.ts';

/** Such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Longer than any server needs, shorter than a person waits. libpq would wait for as long as the network does. */
const defaultConnectTimeout = 30;

/**
 * Merges all that libpq would look at into one explicit connection: the input, then the service it names, then the `PG*` variables, then defaults;
 * and the password file, when there is no password yet.
 *
 * @param input a `postgres://` or `postgresql://` URL, a `host=... dbname=...` string, a plain database name, or nothing
 * @throws UsageError naming the parameter that is wrong; it never quotes a password or the whole input
 */
export function resolveConnection(input: string | undefined, environment: Environment): ConnectionSettings {
  const variables = environmentParameters(environment);
  const given = checkParameters(inputParameters(input ?? ''), 'the connection');
  const merged = { ...variables, ...ofService(given, variables, environment), ...given };
  const parameters = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
  return settingsFrom(parameters, environment);
}

function inputParameters(input: string): Parameters {
  if (isConnectionUrl(input)) return parseConnectionUrl(input);
  if (input.includes('=')) return parseConnectionString(input);
  if (/[:/@]/.test(input)) {
    throw new UsageError(
      'The connection cannot be read. Write postgres://user@host:port/database, or host=... dbname=..., or the plain name of a database.',
    );
  }
  return input === '' ? {} : { dbname: input };
}

function ofService(given: Parameters, variables: Parameters, environment: Environment): Parameters {
  const service = given['service'] ?? variables['service'];
  if (service === undefined) return {};
  return serviceParameters(service, {
    file: given['servicefile'] ?? variables['servicefile'],
    home: homeDirectory(environment),
    systemDirectory: environment['PGSYSCONFDIR'],
  });
}

function settingsFrom(parameters: Parameters, environment: Environment): ConnectionSettings {
  const port = wholeNumber('port', parameters['port'] ?? '5432', 1, 65_535);
  const hostAddress = parameters['hostaddr'];
  const host = oneHost(parameters['host'] ?? hostAddress ?? defaultHost(port));
  const user = parameters['user'] ?? operatingSystemUser();
  const database = parameters['dbname'] ?? user;
  const key = { host: isDefaultSocketDirectory(host) ? 'localhost' : host, port, database, user };
  const file = parameters['passfile'] ?? join(homeDirectory(environment), '.pgpass');
  return defined({
    host,
    hostAddress: hostAddress === host ? undefined : hostAddress,
    port,
    user,
    database,
    password: parameters['password'] ?? passwordFromFile(file, key),
    sslMode: sslMode(parameters),
    sslRootCert: parameters['sslrootcert'],
    sslCert: parameters['sslcert'],
    sslKey: parameters['sslkey'],
    connectTimeout: connectTimeout(parameters['connect_timeout']),
    applicationName: parameters['application_name'] ?? 'pgdrill',
    options: parameters['options'],
  });
}

type Undefinable<Type> = { readonly [Key in keyof Type]: Type[Key] | undefined };

function defined(settings: Undefinable<ConnectionSettings>): ConnectionSettings {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as unknown as ConnectionSettings;
}

function oneHost(host: string): string {
  if (host.includes(','))
    throw new UsageError(
      `The parameter host names several hosts, ${JSON.stringify(host)}. A drill reads one server: name that one.`,
    );
  if (host.startsWith('@'))
    throw new UsageError(
      'The parameter host names an abstract socket (@...), which pgdrill does not support. Use a directory or a host name.',
    );
  return host;
}

const sslModes: readonly SslMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

function sslMode(parameters: Parameters): SslMode {
  const system = parameters['sslrootcert'] === 'system';
  const given = parameters['sslmode'] ?? (system ? 'verify-full' : 'prefer');
  const mode = sslModes.find((known) => known === given);
  if (mode === undefined)
    throw new UsageError(
      `The parameter sslmode is ${JSON.stringify(given)}: it must be one of ${sslModes.join(', ')}.`,
    );
  if (system && mode !== 'verify-full') {
    throw new UsageError(
      `The parameter sslmode is ${mode}, which is too weak for sslrootcert=system: use verify-full.`,
    );
  }
  return mode;
}

function connectTimeout(text: string | undefined): number {
  return text === undefined ? defaultConnectTimeout : Math.max(0, wholeNumber('connect_timeout', text, -1, 2_147_483));
}

function wholeNumber(parameter: string, text: string, least: number, most: number): number {
  const value = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  if (text.includes(','))
    throw new UsageError(
      `The parameter ${parameter} is a list, ${JSON.stringify(text)}. A drill reads one server: give one.`,
    );
  throw new UsageError(
    `The parameter ${parameter} is ${JSON.stringify(text)}: it must be a whole number from ${least} to ${most}.`,
  );
}

function operatingSystemUser(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new UsageError('The connection names no user, and the operating system does not tell its own. Set PGUSER.', {
      cause,
    });
  }
}

function homeDirectory(environment: Environment): string {
  return environment['HOME'] ?? homedir();
}
