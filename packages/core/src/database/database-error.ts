import { DatabaseError } from '../errors.ts';
import { describeConnection, type ConnectionSettings } from './connection.ts';
import type { ServerError } from './driver.ts';

/** Is this an error that the server sent? System errors have a `code` too (EPIPE), but no severity. */
export function isServerError(error: unknown): error is ServerError {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('severity' in error)) return false;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code);
}

/**
 * Says what was being done, what the server answered, and what to do about it.
 *
 * Left out, since they may hold column values or bind values: the server's DETAIL and CONTEXT, and what its data exceptions (class 22) quote.
 * The driver's own error is no `cause`, for it carries all of these.
 *
 * @param doing such as `Connecting to` or `A query on`
 */
export function databaseError(error: unknown, doing: string, settings: ConnectionSettings): Error {
  if (error instanceof DatabaseError) return error;
  const where = `${doing} ${describeConnection(settings)} failed`;
  if (isServerError(error)) {
    const advice = serverAdvice(error.code, settings);
    return new DatabaseError(
      error.code,
      `${where}: ${safeMessage(error)} (${error.code}).${advice === '' ? '' : ` ${advice}`}`,
    );
  }
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const reason = typeof message === 'string' && message !== '' ? message.replace(/\.$/, '') : String(code);
  return new DatabaseError(null, `${where}: ${reason}. ${systemAdvice(code)}`, { cause: error });
}

function safeMessage({ code, message }: ServerError): string {
  const text = code.startsWith('22') && code !== '22021' ? message.replace(/"[\s\S]*"/, '"…"') : message;
  return (text.length > 500 ? `${text.slice(0, 500)}…` : text).replace(/\.$/, '');
}

const noPassword =
  'Give one by PGPASSWORD, or by a password file (~/.pgpass or PGPASSFILE) that only its owner may read.';

function serverAdvice(code: string, settings: ConnectionSettings): string {
  const advice: Readonly<Record<string, string>> = {
    '28P01':
      settings.password === undefined
        ? `The server asks for a password, and none was given. ${noPassword}`
        : 'Check the password.',
    '28000': 'Check the user name, sslmode, and the rules in pg_hba.conf.',
    '3D000': 'Check the database name.',
    '42501': 'Use a role that may read this, such as a member of pg_read_all_data.',
    '53300': 'Wait for others to finish, use fewer workers, or raise max_connections.',
    '55P03': 'Somebody holds a lock on it: try again later.',
    '57P01': 'The server, or an administrator, ended this session: try again.',
    '57P02': 'The server crashed: see its log.',
    '57P03': 'The server is starting up or shutting down: try again soon.',
    '25006': 'Checks may only read.',
  };
  return advice[code] ?? '';
}

function systemAdvice(code: unknown): string {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return 'Check host and port, and that a server is running there.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'Check the host name.';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'Connect by a name that the certificate holds, or use sslmode=verify-ca.';
    default:
      return typeof code === 'string' && /CERT|SIGN|SSL|TLS/.test(code)
        ? 'Check sslrootcert and sslmode.'
        : 'Check the server log and the network.';
  }
}
