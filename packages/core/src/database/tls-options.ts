import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { platform } from 'node:process';
import * as tls from 'node:tls';
import { UsageError } from '../errors.ts';
import type { ConnectionSettings } from './connection.ts';

/**
 * What `node:tls` needs to give libpq's meaning of the settings.
 *
 * As in libpq, a root certificate file that exists is obeyed in every mode, `~/.postgresql/root.crt` too: its authorities must have signed the
 * server's certificate. Only `verify-ca` and `verify-full` need one, and only `verify-full` compares the host name.
 * Source: PostgreSQL manual, "SSL Support", tables "SSL Mode Descriptions" and "Libpq/Client SSL File Usage".
 *
 * @throws UsageError when a file that is needed cannot be read
 */
export function tlsOptions(settings: ConnectionSettings): tls.ConnectionOptions {
  const authorities = trusted(settings);
  return {
    ...(authorities !== null && { ca: authorities }),
    rejectUnauthorized: authorities !== null,
    checkServerIdentity: (_name, certificate) =>
      settings.sslMode === 'verify-full' ? tls.checkServerIdentity(settings.host, certificate) : undefined,
    minVersion: 'TLSv1.2',
    ...(isIP(settings.host) === 0 && { servername: settings.host }),
    ...clientCertificate(settings),
    ...revoked(),
  };
}

/** Is the server's certificate checked against an authority? As `tlsOptions` has it, and libpq. */
export function checksCertificate(settings: ConnectionSettings): boolean {
  return (
    settings.sslMode.startsWith('verify-') ||
    settings.sslRootCert === 'system' ||
    exists(settings.sslRootCert ?? home('root.crt'))
  );
}

/** Certificate authorities in PEM; null when none are asked for, so that any certificate will do. */
function trusted(settings: ConnectionSettings): string | string[] | null {
  if (settings.sslRootCert === 'system') return tls.getCACertificates('system');
  const path = settings.sslRootCert ?? home('root.crt');
  if (exists(path)) return read('sslrootcert', path);
  if (!settings.sslMode.startsWith('verify-')) return null;
  throw new UsageError(
    `sslmode=${settings.sslMode} needs a root certificate, but sslrootcert ${JSON.stringify(path)} does not exist. ` +
      'Provide the file, or use sslrootcert=system for the authorities that the system trusts.',
  );
}

function clientCertificate(settings: ConnectionSettings): tls.SecureContextOptions {
  const cert = settings.sslCert ?? home('postgresql.crt');
  if (!exists(cert)) return {};
  const key = settings.sslKey ?? home('postgresql.key');
  refuseOpenKey(key);
  return { cert: read('sslcert', cert), key: read('sslkey', key) };
}

/** libpq's rule: for its owner alone, or owned by root and readable by a group. */
function refuseOpenKey(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || platform === 'win32') return;
  const forbidden = status.uid === 0 ? 0o037 : 0o077;
  if ((status.mode & forbidden) === 0) return;
  throw new UsageError(
    `The key file of sslkey, ${JSON.stringify(path)}, may be read by others. Run chmod 600 on it, or 640 if root owns it.`,
  );
}

function revoked(): tls.SecureContextOptions {
  const path = home('root.crl');
  return exists(path) ? { crl: read('sslcrl', path) } : {};
}

function home(name: string): string {
  return join(homedir(), '.postgresql', name);
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function read(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `The file of ${parameter}, ${JSON.stringify(path)}, cannot be read. Check the path and its permissions.`,
      { cause },
    );
  }
}
