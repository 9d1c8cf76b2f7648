import type { JsonSchema } from '@pgdrill/core';

/** Options of the check `matviews`. */
export interface MatviewsOptions {
  /**
   * On which side are the rows of each materialised view held to what its own query gives? On none unless told (`ignore`), since that runs the queries;
   * in the restored database alone (`restored`), or in the source too (`both`).
   */
  readonly freshness?: 'ignore' | 'restored' | 'both';
}

export const matviewsOptionsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { freshness: { enum: ['ignore', 'restored', 'both'] } },
};

/** Does a side's capture run the queries? */
export function asksFreshness({ freshness = 'ignore' }: MatviewsOptions, side: 'before' | 'after'): boolean {
  return freshness === 'both' || (freshness === 'restored' && side === 'after');
}
