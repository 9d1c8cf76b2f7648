import { UsageError } from '../errors.ts';

/** Parameters by libpq's keyword, as one source gave them. */
export type Parameters = Readonly<Record<string, string>>;

/** What pgdrill does with one of libpq's parameters. */
interface Treatment {
  /** The environment variable with the same meaning. */
  readonly variable?: string;
  /**
   * `used`; `ignored`, for it makes no difference to pgdrill; or the only values that may be given, because pgdrill cannot do otherwise and
   * must not pretend to.
   */
  readonly as: 'used' | 'ignored' | readonly string[];
}

/**
 * Every parameter of libpq 18.
 *
 * Source: PostgreSQL manual, "Parameter Key Words" and "Environment Variables".
 */
const treatments: Readonly<Record<string, Treatment>> = {
  service: { as: 'used', variable: 'PGSERVICE' },
  servicefile: { as: 'used', variable: 'PGSERVICEFILE' },
  host: { as: 'used', variable: 'PGHOST' },
  hostaddr: { as: 'used', variable: 'PGHOSTADDR' },
  port: { as: 'used', variable: 'PGPORT' },
  dbname: { as: 'used', variable: 'PGDATABASE' },
  user: { as: 'used', variable: 'PGUSER' },
  password: { as: 'used', variable: 'PGPASSWORD' },
  passfile: { as: 'used', variable: 'PGPASSFILE' },
  connect_timeout: { as: 'used', variable: 'PGCONNECT_TIMEOUT' },
  options: { as: 'used', variable: 'PGOPTIONS' },
  application_name: { as: 'used', variable: 'PGAPPNAME' },
  sslmode: { as: 'used', variable: 'PGSSLMODE' },
  sslrootcert: { as: 'used', variable: 'PGSSLROOTCERT' },
  sslcert: { as: 'used', variable: 'PGSSLCERT' },
  sslkey: { as: 'used', variable: 'PGSSLKEY' },

  channel_binding: { as: ['disable', 'prefer'], variable: 'PGCHANNELBINDING' },
  gssencmode: { as: ['disable', 'prefer'], variable: 'PGGSSENCMODE' },
  load_balance_hosts: { as: ['disable'], variable: 'PGLOADBALANCEHOSTS' },
  replication: { as: ['false', 'off', 'no', '0'] },
  require_auth: { as: [], variable: 'PGREQUIREAUTH' },
  requirepeer: { as: [], variable: 'PGREQUIREPEER' },
  requiressl: { as: ['0'], variable: 'PGREQUIRESSL' },
  scram_client_key: { as: [] },
  scram_server_key: { as: [] },
  ssl_max_protocol_version: { as: [], variable: 'PGSSLMAXPROTOCOLVERSION' },
  ssl_min_protocol_version: { as: ['TLSv1', 'TLSv1.1', 'TLSv1.2'], variable: 'PGSSLMINPROTOCOLVERSION' },
  sslcertmode: { as: ['allow'], variable: 'PGSSLCERTMODE' },
  sslcrl: { as: [], variable: 'PGSSLCRL' },
  sslcrldir: { as: [], variable: 'PGSSLCRLDIR' },
  sslnegotiation: { as: ['postgres'], variable: 'PGSSLNEGOTIATION' },
  // No environment variable could hand it to pg_dump.
  sslpassword: { as: [] },
  target_session_attrs: { as: ['any'], variable: 'PGTARGETSESSIONATTRS' },

  client_encoding: { as: 'ignored', variable: 'PGCLIENTENCODING' },
  fallback_application_name: { as: 'ignored' },
  gssdelegation: { as: 'ignored', variable: 'PGGSSDELEGATION' },
  gsslib: { as: 'ignored', variable: 'PGGSSLIB' },
  keepalives: { as: 'ignored' },
  keepalives_count: { as: 'ignored' },
  keepalives_idle: { as: 'ignored' },
  keepalives_interval: { as: 'ignored' },
  krbsrvname: { as: 'ignored', variable: 'PGKRBSRVNAME' },
  max_protocol_version: { as: 'ignored', variable: 'PGMAXPROTOCOLVERSION' },
  min_protocol_version: { as: 'ignored', variable: 'PGMINPROTOCOLVERSION' },
  sslcompression: { as: 'ignored', variable: 'PGSSLCOMPRESSION' },
  sslkeylogfile: { as: 'ignored' },
  sslsni: { as: 'ignored', variable: 'PGSSLSNI' },
  tcp_user_timeout: { as: 'ignored' },
};

/** Values that must not be quoted. */
const secret = new Set(['password', 'sslpassword', 'scram_client_key', 'scram_server_key']);

/** Is this a parameter of libpq? */
export function isParameter(keyword: string): boolean {
  return Object.hasOwn(treatments, keyword);
}

/**
 * Refuses parameters that do not exist, and values that pgdrill cannot give the meaning that libpq gives them.
 *
 * @param source such as `the connection URL`, for the message
 * @throws UsageError naming the parameter
 */
export function checkParameters(parameters: Parameters, source: string): Parameters {
  for (const [keyword, value] of Object.entries(parameters)) {
    if (!isParameter(keyword)) {
      throw new UsageError(
        `${capital(source)} holds ${JSON.stringify(keyword)}, which is no connection parameter of PostgreSQL. Check its spelling.`,
      );
    }
    const allowed = treatments[keyword]?.as;
    if (typeof allowed !== 'object' || value === '' || allowed.includes(value)) continue;
    const given = secret.has(keyword) ? keyword : `${keyword}=${value}`;
    const remedy = allowed.length === 0 ? 'Leave it out' : `Leave it out, or use ${allowed.join(' or ')}`;
    throw new UsageError(`${capital(source)} holds ${given}, which pgdrill does not support. ${remedy}.`);
  }
  return parameters;
}

/**
 * The parameters that the `PG*` variables give.
 *
 * @throws UsageError naming the variable whose value pgdrill does not support
 */
export function environmentParameters(environment: Readonly<Record<string, string | undefined>>): Parameters {
  const found: Record<string, string> = {};
  for (const [keyword, { variable }] of Object.entries(treatments)) {
    const value = variable === undefined ? undefined : environment[variable];
    if (value !== undefined) Object.assign(found, checkParameters({ [keyword]: value }, `the variable ${variable}`));
  }
  return found;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
