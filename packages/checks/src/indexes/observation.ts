import type { CatalogueObservation } from '../catalogue/observation.ts';

// Type aliases, since only those count as JSON: an interface could be given more members elsewhere.

/** What amcheck said: which B-trees are sound, which are corrupt and how, and which it could not check; or why none was checked. */
export type CheckedBtrees =
  | {
      readonly sound: number;
      readonly corrupt: { readonly [index: string]: string };
      readonly unchecked: { readonly [index: string]: string };
      readonly error?: undefined;
    }
  | { readonly error: string };

/** What the check `indexes` saw; `btrees` is null where the options ask for no amcheck. */
export type IndexesObservation = CatalogueObservation & { readonly btrees: CheckedBtrees | null };
