import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { checkParameters, type Parameters } from './connection-parameters.ts';

/** Where to look for a service, first to last. */
export interface ServiceFiles {
  /** `PGSERVICEFILE`; in its stead `~/.pg_service.conf`. */
  readonly file?: string | undefined;
  readonly home: string;
  /** `PGSYSCONFDIR`; in its stead the directories that distributions build in. */
  readonly systemDirectory?: string | undefined;
}

/**
 * The parameters of one service. Source: PostgreSQL manual, "The Connection Service File".
 *
 * @throws UsageError when the service is defined nowhere, or its definition cannot be read
 */
export function serviceParameters(service: string, files: ServiceFiles): Parameters {
  if (files.file !== undefined && !exists(files.file)) {
    throw new UsageError(`The service file ${JSON.stringify(files.file)} does not exist. Check PGSERVICEFILE.`);
  }
  const directories =
    files.systemDirectory === undefined
      ? ['/etc/postgresql-common', '/etc', '/etc/sysconfig/pgsql']
      : [files.systemDirectory];
  const paths = [
    files.file ?? join(files.home, '.pg_service.conf'),
    ...directories.map((directory) => join(directory, 'pg_service.conf')),
  ];
  for (const path of paths.filter(exists)) {
    const found = section(readFileSync(path, 'utf8'), service, path);
    if (found !== null) return checkParameters(found, `the service ${JSON.stringify(service)} in ${path}`);
  }
  throw new UsageError(
    `The service ${JSON.stringify(service)} is not defined in ${paths[0]}. Check its name and PGSERVICEFILE.`,
  );
}

function section(text: string, service: string, path: string): Parameters | null {
  let found: Record<string, string> | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      // The first section of the name counts, and ends at the next one.
      if (found !== null) break;
      if (line === `[${service}]`) found = {};
      continue;
    }
    if (found === null) continue;
    const equals = line.indexOf('=');
    const keyword = line.slice(0, equals);
    if (equals < 0 || line.startsWith('ldap') || keyword === 'service' || keyword === 'servicefile') {
      throw new UsageError(
        `Line ${index + 1} of the service file ${path} cannot be used. Write name=value; LDAP and nested services are not supported.`,
      );
    }
    found[keyword] ??= line.slice(equals + 1);
  }
  return found;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
