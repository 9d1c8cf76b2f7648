/** Which client library carries the connection. */
export type DriverName = 'pg' | 'postgres';

/** libpq's `sslmode` values, with libpq's meanings on every driver and tool. */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/**
 * One parsed connection: a URL or key/value string, a service file, a password file and the `PG*` variables, merged once, as libpq does.
 *
 * Source of the rules: PostgreSQL manual, "Database Connection Control Functions" and "Environment Variables".
 */
export interface ConnectionSettings {
  /** A host name, an address, or the directory of a Unix-domain socket (starts with `/`). */
  readonly host: string;
  /** The numeric address to connect to in place of looking `host` up; certificates are still checked against `host`. */
  readonly hostAddress?: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Absent when the server asks for none. Never printed: see `describeConnection`. */
  readonly password?: string;
  readonly sslMode: SslMode;
  /** Paths as libpq takes them; `sslRootCert` may be `system`, for the certificate authorities that the system trusts. */
  readonly sslRootCert?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  /** Seconds for the whole of connecting; 0 waits forever. */
  readonly connectTimeout: number;
  readonly applicationName: string;
  /** libpq's `options`, sent at start-up. */
  readonly options?: string;
  /** True for a server that has one session only (PGlite): no exported snapshot, no second connection. */
  readonly singleSession?: boolean;
}

/** `user@host:port/database`, for messages and reports: holds no secret. */
export function describeConnection(settings: ConnectionSettings): string {
  const host = settings.host.includes('/') || settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return `${settings.user}@${host}:${settings.port}/${settings.database}`;
}
