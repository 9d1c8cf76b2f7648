import { UsageError } from '../errors.ts';
import { isParameter, type Parameters } from './connection-parameters.ts';

/** Does this look like a connection URL? */
export function isConnectionUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text);
}

/**
 * Takes a connection URL apart, by libpq's grammar and not by that of web addresses: any part may be missing, every part may be percent-encoded,
 * and the query may hold any parameter. Source: PostgreSQL manual, "Connection URIs".
 *
 * @throws UsageError naming the part that is wrong. It quotes nothing of the URL: a password that was not percent-encoded may be anywhere in it.
 */
export function parseConnectionUrl(url: string): Parameters {
  const [, authority = '', rest = ''] = /^postgres(?:ql)?:\/\/([^/?]*)([\s\S]*)$/.exec(url) ?? [];
  const [, path = '', query = ''] = /^(?:\/([^?]*))?(?:\?([\s\S]*))?$/.exec(rest) ?? [];
  const at = authority.indexOf('@');
  if (rest.includes('@') || authority.includes('@', at + 1)) throw strayAt();
  const found: Record<string, string> = {
    ...(at >= 0 && credentials(authority.slice(0, at))),
    ...location(authority.slice(at + 1)),
  };
  if (path !== '') found['dbname'] = decode(path, 'database name');
  for (const pair of query === '' ? [] : query.split('&')) Object.assign(found, parameter(pair));
  return found;
}

/** libpq would take what comes after it for a host or a database; more likely it belongs to the password. */
function strayAt(): UsageError {
  return new UsageError(
    'The connection URL holds an "@" where none can be. Percent-encode the password (%40 for "@", %2F for "/", %3F for "?"), ' +
      'or give it by PGPASSWORD.',
  );
}

function credentials(text: string): Parameters {
  const colon = text.indexOf(':');
  const user = decode(colon < 0 ? text : text.slice(0, colon), 'user name');
  const password = colon < 0 ? '' : decode(text.slice(colon + 1), 'password');
  return { ...(user !== '' && { user }), ...(password !== '' && { password }) };
}

function location(text: string): Parameters {
  if (text.includes(',')) {
    throw new UsageError('The connection URL names several hosts. A drill reads one server: name that one.');
  }
  const [matched, bracketed, plain = '', port = ''] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d*))?$/.exec(text) ?? [];
  if (matched === undefined) {
    throw new UsageError(
      'Host and port of the connection URL cannot be read. Write an IPv6 address in brackets, such as [::1], and the port as digits.',
    );
  }
  const host = decode(bracketed ?? plain, 'host');
  return { ...(host !== '' && { host }), ...(port !== '' && { port }) };
}

function parameter(pair: string): Parameters {
  const [name = '', value, ...more] = pair.split('=');
  const keyword = decode(name, 'name of a parameter');
  // JDBC's spelling, which libpq takes too.
  if (keyword === 'ssl' && value === 'true') return { sslmode: 'require' };
  if (value === undefined || more.length > 0) {
    const which = isParameter(keyword) ? `parameter ${keyword}` : 'query';
    throw new UsageError(
      `The ${which} in the connection URL must be written as name=value, with %3D for any "=" in the value.`,
    );
  }
  return { [keyword]: decode(value, `value of a parameter`) };
}

function decode(text: string, part: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new UsageError(
      `The ${part} in the connection URL is not percent-encoded correctly. Write %25 for a plain "%".`,
    );
  }
  if (decoded.includes('\0'))
    throw new UsageError(`The ${part} in the connection URL holds %00, which PostgreSQL cannot store.`);
  return decoded;
}
