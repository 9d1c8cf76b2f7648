import type { JsonSchema } from '@pgdrill/core';

/** Options of the check `indexes`. */
export interface IndexesOptions {
  /** Is each B-tree read, and held to its table, by the extension `amcheck` where a side has it? Never unless told. */
  readonly amcheck?: boolean;
}

export const indexesOptionsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { amcheck: { type: 'boolean' } },
};
