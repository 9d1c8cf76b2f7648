import { existsSync } from 'node:fs';

/** Where the builds of libpq look for the server's socket: Debian, Red Hat and their kin first, then the default of the sources. */
const socketDirectories = ['/var/run/postgresql', '/run/postgresql', '/tmp'];

/** The socket directory that holds a server for this port, else `localhost`. */
export function defaultHost(port: number): string {
  return socketDirectories.find((directory) => existsSync(`${directory}/.s.PGSQL.${port}`)) ?? 'localhost';
}

/** Is this a directory that libpq uses when no host is given? A password file calls it `localhost`. */
export function isDefaultSocketDirectory(host: string): boolean {
  return socketDirectories.includes(host);
}
