import { UsageError } from '../errors.ts';
import type { Parameters } from './connection-parameters.ts';

/** Does this look like a connection URL? */
export function isConnectionUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text);
}

/**
 * Takes a connection URL apart, by libpq's grammar and not by that of web addresses: any part may be missing, every part may be percent-encoded,
 * and the query may hold any parameter. Source: PostgreSQL manual, "Connection URIs".
 *
 * @throws UsageError naming the part that is wrong, never quoting the URL, for it may hold a password
 */
export function parseConnectionUrl(url: string): Parameters {
  const [, authority = '', path, query] =
    /^postgres(?:ql)?:\/\/([^/?]*)(?:\/([^?]*))?(?:\?([\s\S]*))?$/.exec(url) ?? [];
  const at = authority.indexOf('@');
  const found: Record<string, string> = {
    ...(at >= 0 && credentials(authority.slice(0, at))),
    ...location(authority.slice(at + 1)),
  };
  if (path !== undefined && path !== '') found['dbname'] = decode(path, 'database name');
  for (const pair of query === undefined || query === '' ? [] : query.split('&')) Object.assign(found, parameter(pair));
  return found;
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
  if (text.includes('@')) {
    throw new UsageError(
      'The connection URL holds more than one "@". Write %40 for one that belongs to the user name or password.',
    );
  }
  const [matched, bracketed, plain = '', port] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(.*))?$/.exec(text) ?? [];
  if (matched === undefined) {
    throw new UsageError(
      'The host in the connection URL cannot be read. Write an IPv6 address in brackets, such as [::1], and a port as :5432.',
    );
  }
  const host = decode(bracketed ?? plain, 'host');
  return { ...(host !== '' && { host }), ...(port !== undefined && port !== '' && { port: decode(port, 'port') }) };
}

function parameter(pair: string): Parameters {
  const [name = '', value, ...more] = pair.split('=');
  const keyword = decode(name, 'parameter name');
  if (value === undefined || more.length > 0) {
    throw new UsageError(
      `The parameter ${JSON.stringify(keyword)} in the connection URL must be given as name=value, with %3D for any "=" in the value.`,
    );
  }
  const decoded = decode(value, `parameter ${keyword}`);
  // JDBC's spelling, which libpq takes too.
  return keyword === 'ssl' && decoded === 'true' ? { sslmode: 'require' } : { [keyword]: decoded };
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
