import type { ConnectionSettings } from '../database/connection.ts';

/** Is this a Unix-domain socket, or an address of this machine alone? */
export function isLocal({ host, hostAddress }: ConnectionSettings): boolean {
  if (host.startsWith('/')) return true;
  const address = hostAddress ?? host;
  return address === 'localhost' || address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}
