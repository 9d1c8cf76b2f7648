/** How our own connection is protected. */
export interface TlsFacts {
  /** Such as `TLSv1.3`; null for a connection without TLS. */
  readonly version: string | null;
  readonly cipher: string | null;
}

/** For a query of facts: as JSON, of the session that asks. */
export const OWN_TLS = `(SELECT pg_catalog.json_build_object('version', version, 'cipher', cipher)::text
          FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid() AND ssl)`;

/** From what `OWN_TLS` gave. */
export function tlsFacts(text: string | null | undefined): TlsFacts {
  return text === null || text === undefined ? { version: null, cipher: null } : (JSON.parse(text) as TlsFacts);
}
