/** A folder that holds `initdb` and `postgres` of one version. */
export interface ServerBinaries {
  readonly kind: 'system' | 'embedded';
  readonly directory: string;
  /** As `postgres --version` says it, such as `15.18`. */
  readonly version: string;
}
