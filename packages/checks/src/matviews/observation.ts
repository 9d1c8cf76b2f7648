import type { CatalogueObservation } from '../catalogue/observation.ts';

// Type aliases, since only those count as JSON: an interface could be given more members elsewhere.

/** What a materialised view stores and what its query gives now, each as its number of rows and their digest; or why they could not be compared. */
export type ComparedMatview =
  | { readonly stored: string; readonly now: string; readonly error?: undefined }
  | { readonly error: string };

/** What the check `matviews` saw; `freshness` is every populated view by its name, and null where the options do not ask for it. */
export type MatviewsObservation = CatalogueObservation & {
  readonly freshness: { readonly [matview: string]: ComparedMatview } | null;
};
