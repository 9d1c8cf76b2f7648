import type { Facts } from './object-kind.ts';

// Type aliases, since only those count as JSON: an interface could be given more members elsewhere.

/** One object. `of` is the relation that it is part of; `unverified` why it could not be read. */
export type ObservedObject = { readonly facts: Facts; readonly of?: string; readonly unverified?: string };

/** The objects of one kind, by name; or why they could not be read. */
export type ObservedKind =
  | { readonly objects: { readonly [name: string]: ObservedObject }; readonly error?: undefined }
  | { readonly error: string };

/** What a check of the catalogue saw. */
export type CatalogueObservation = {
  /** As `server_version_num`. */
  readonly version: number;
  /** By kind. A kind that the backup does not carry, because it holds named tables only, is null. */
  readonly kinds: { readonly [kind: string]: ObservedKind | null };
  /** Every relation that something could be part of; empty for a check of which no object is part of one. */
  readonly relations: readonly string[];
};
