import type { CatalogueObservation } from '../catalogue/observation.ts';

// Type aliases, since only those count as JSON: an interface could be given more members elsewhere.

/** Is one of its two tables larger than 64 MB? Absent where not. */
type Size = { readonly larger?: true };

/** How many rows violate a foreign key, in decimal; or why that was not counted: it failed, or its tables are larger than was asked for. */
export type Orphans =
  | (Size & { readonly rows: string; readonly error?: undefined })
  | (Size & { readonly error: string; readonly rows?: undefined })
  | { readonly larger: true; readonly rows?: undefined; readonly error?: undefined };

/** What the check `constraints` saw. Foreign keys by name, as `schema.table.constraint`; none when none were to be counted. */
export type ConstraintsObservation = CatalogueObservation & {
  readonly orphans: { readonly [foreignKey: string]: Orphans };
};
