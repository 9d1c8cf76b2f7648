import type { CatalogueObservation } from '../catalogue/observation.ts';

// Type aliases, since only those count as JSON: an interface could be given more members elsewhere.

/** How many rows violate a foreign key, in decimal; or why that was not counted. */
export type Orphans =
  | { readonly rows: string; readonly error?: undefined }
  | { readonly error: string; readonly rows?: undefined };

/** What the check `constraints` saw. Foreign keys by name, as `schema.table.constraint`; only those that were to be counted. */
export type ConstraintsObservation = CatalogueObservation & {
  readonly orphans: { readonly [foreignKey: string]: Orphans };
};
