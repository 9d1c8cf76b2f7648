import type { JsonSchema } from '@pgdrill/core';

/** Options of the check `content`. */
export interface ContentOptions {
  /** `hash128` (default) against bit rot and mistakes; `sha256` for those who fear forgers. */
  readonly digest?: 'hash128' | 'sha256';
  /** Buckets per table; by the table's size unless given. */
  readonly buckets?: number;
  /** Columns that are not compared, as `schema.table.column`, each with the reason. */
  readonly exclude?: readonly { readonly column: string; readonly reason: string }[];
  /** Does a materialised view with other contents fail the drill? A restore refreshes it, so `warn` unless told. */
  readonly matviews?: 'warn' | 'fail';
  /** Differing rows that are named one by one; the total is always true. 20 unless given. */
  readonly rows?: number;
}

export const contentOptionsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    digest: { enum: ['hash128', 'sha256'] },
    buckets: { type: 'integer', minimum: 1, maximum: 65_536 },
    exclude: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['column', 'reason'],
        properties: { column: { type: 'string', minLength: 1 }, reason: { type: 'string', minLength: 1 } },
      },
    },
    matviews: { enum: ['warn', 'fail'] },
    rows: { type: 'integer', minimum: 0, maximum: 10_000 },
  },
};
