import { DatabaseError, UsageError, type ErrorSubject } from '../errors.ts';
import { describeConnection, type ConnectionSettings } from './connection.ts';
import type { ServerError } from './driver.ts';
import { TlsFailure } from './open-socket.ts';

/** Is this an error that the server sent? System errors have a `code` too (EPIPE), but no severity. */
export function isServerError(error: unknown): error is ServerError {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('severity' in error)) return false;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code);
}

/** What is being done; a query is one of a reader, whose search path is empty. */
export type Doing = 'Connecting to' | 'Opening a read-only snapshot on' | 'A query on' | 'A statement on';

/**
 * Says what was being done, what went wrong, and what to do about it.
 *
 * Left out, since they may hold column values or bind values: the server's DETAIL and CONTEXT, and what its data exceptions (class 22) quote.
 * An error of a library that tells of a server error is no `cause`, for it carries all of these.
 */
export function databaseError(error: unknown, doing: Doing, settings: ConnectionSettings): Error {
  if (error instanceof DatabaseError || error instanceof UsageError) return error;
  const where = `${doing} ${describeConnection(settings)} failed`;
  if (isServerError(error)) {
    const advice = serverAdvice(error.code, doing, settings);
    const about = subjectOf(error);
    return new DatabaseError(error.code, `${where}: ${safeMessage(error)} (${error.code}).${advice}`, { about });
  }
  return new DatabaseError(null, `${where}: ${reason(error)}. ${systemAdvice(error)}`, { cause: error });
}

function subjectOf(error: ServerError): ErrorSubject {
  const names = {
    table: error.table ?? error.table_name,
    column: error.column ?? error.column_name,
    constraint: error.constraint ?? error.constraint_name,
    routine: error.routine,
  };
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}

function safeMessage({ code, message }: ServerError): string {
  const text = code.startsWith('22') && code !== '22021' ? message.replace(/"[\s\S]*"/, '"…"') : message;
  return (text.length > 500 ? `${text.slice(0, 500)}…` : text).replace(/\.$/, '');
}

function reason(error: unknown): string {
  // Where a host has several addresses, the error for each is inside.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  return (first instanceof Error ? first.message : String(first)).replace(/\.$/, '');
}

const givePassword =
  'Give one by PGPASSWORD, or by a password file (~/.pgpass or PGPASSFILE) that only its owner may read.';

const advices: Readonly<Record<string, string>> = {
  '25006': 'Checks may only read.',
  '22021':
    'Something there is no UTF-8, which a database in SQL_ASCII does not hinder: rename it, or leave out its check or its table.',
  '28000': 'Check the user name, sslmode, and the rules in pg_hba.conf.',
  '28P01': 'Check the password.',
  '3D000': 'Check the database name.',
  '42501': 'Use a role that may read this, such as a member of pg_read_all_data.',
  '53300': 'Wait for others to finish, use fewer workers, or raise max_connections.',
  '55P03': 'Somebody holds a lock on it: try again later.',
  '57P01': 'The server, or an administrator, ended this session: try again.',
  '57P02': 'The server crashed: see its log.',
  '57P03': 'The server is starting up or shutting down: try again soon.',
};

/** Something of a name that does not exist. */
const unknownName = new Set(['3F000', '42704', '42883', '42P01']);

function serverAdvice(code: string, doing: Doing, settings: ConnectionSettings): string {
  if (code === '28P01' && settings.password === undefined) return ` No password was given. ${givePassword}`;
  if (unknownName.has(code) && doing === 'A query on') {
    return ' Check the name, and write it as schema.name: while checks read, the search path is empty.';
  }
  const advice = advices[code];
  return advice === undefined ? '' : ` ${advice}`;
}

function systemAdvice(error: unknown): string {
  if (error instanceof TlsFailure) return 'Check sslmode and sslrootcert, and the certificate of the server.';
  switch ((error as { readonly code?: unknown }).code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return 'Check host and port, and that a server is running there.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'Check the host name.';
    default:
      return 'See the server log, and check the network.';
  }
}
