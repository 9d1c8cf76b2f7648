import type { ConnectionSettings } from './connection.ts';
import { isLibpqVariable } from './libpq-variables.ts';
import type { Environment } from './resolve-connection.ts';

/**
 * The same connection for `pg_dump`, `pg_restore` and `psql`, as `PG*` variables: nothing of it is seen in a list of processes.
 *
 * These are the only `PG*` variables that the program may see: one left over from the parent could change the meaning. Use `clientEnvironment` for
 * the whole environment of a child.
 */
export function libpqEnvironment(settings: ConnectionSettings): Record<string, string> {
  const variables: Readonly<Record<string, string | undefined>> = {
    PGHOST: settings.host,
    PGHOSTADDR: settings.hostAddress,
    PGPORT: String(settings.port),
    PGUSER: settings.user,
    PGDATABASE: settings.database,
    PGPASSWORD: settings.password,
    PGSSLMODE: settings.sslMode,
    PGSSLROOTCERT: settings.sslRootCert,
    PGSSLCERT: settings.sslCert,
    PGSSLKEY: settings.sslKey,
    PGCONNECT_TIMEOUT: settings.connectTimeout === 0 ? undefined : String(settings.connectTimeout),
    PGAPPNAME: settings.applicationName,
    PGOPTIONS: settings.options,
    // Neither client library speaks GSSAPI encryption: the tools must come by the same rule of pg_hba.conf.
    PGGSSENCMODE: 'disable',
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The environment for a child process: the parent's without any variable that libpq obeys, and the connection. */
export function clientEnvironment(settings: ConnectionSettings, parent: Environment): Record<string, string> {
  const kept = Object.entries(parent).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !isLibpqVariable(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...libpqEnvironment(settings) };
}
