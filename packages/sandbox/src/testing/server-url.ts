import type { ConnectionSettings } from '@pgdrill/core';

/** A TCP connection as a URL, password included: for tests only. */
export function serverUrl(connection: ConnectionSettings, database: string = connection.database): string {
  const url = new URL(`postgresql://${connection.host}:${connection.port}`);
  url.username = connection.user;
  url.password = connection.password ?? '';
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}
