/** A folder that holds `initdb` and `postgres` of one version. */
export interface ServerBinaries {
  readonly kind: 'system' | 'embedded';
  readonly directory: string;
  /** As `postgres --version` says it, such as `15.18`. */
  readonly version: string;
  /** Names under which the programs look for shared libraries that lie there under another name: npm packages cannot hold symbolic links. */
  readonly libraryLinks: readonly LibraryLink[];
}

/** The library `name` is the file at `path`. */
export interface LibraryLink {
  readonly name: string;
  readonly path: string;
}

/** The number before the first dot: `15` of `15.18`. */
export function majorOf(binaries: { readonly version: string }): number {
  return Number.parseInt(binaries.version, 10);
}

/** Newest version first. */
export function newestFirst(binaries: readonly ServerBinaries[]): readonly ServerBinaries[] {
  return binaries.toSorted((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
}
