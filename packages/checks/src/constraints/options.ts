import type { JsonSchema } from '@pgdrill/core';

/** Options of the check `constraints`. */
export interface ConstraintsOptions {
  /**
   * Are the rows counted that refer to nothing, per foreign key: of all, of those between small tables (default), or of none? A table is small up to
   * 64 MB.
   */
  readonly orphans?: 'always' | 'small' | 'never';
}

export const constraintsOptionsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { orphans: { enum: ['always', 'small', 'never'] } },
};
