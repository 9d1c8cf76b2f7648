import { quoteIdentifier } from '@pgdrill/core';
import type { ChainConfig } from '@pgdrill/core';

/** All that a preset says, with what stands beside the chain to guard it. */
type Preset = ChainConfig &
  Required<Pick<ChainConfig, 'order' | 'hash' | 'prev' | 'format' | 'sentinel' | 'verify' | 'append'>>;

/** The columns of the reference chain and their types, by which a table is known as one. */
export const auditChainColumns: Readonly<Record<string, string>> = {
  id: 'text',
  actor: 'text',
  actor_type: 'text',
  action: 'text',
  resource_type: 'text',
  resource_id: 'text',
  details: 'jsonb',
  timestamp: 'timestamptz',
  prev_hash: 'text',
  row_hash: 'text',
};

/** The preset `audit-chain`: the reference chain in the given schema, as it is in the catalogue, and table, as the config would write it. */
export function auditChain(schema: string, table: string): Preset {
  const place = quoteIdentifier(schema);
  const columns = ['id', 'actor', 'actor_type', 'action', 'resource_type', 'resource_id', 'details'];
  return {
    table,
    key: 'id',
    order: ['timestamp', 'id'],
    hash: { column: 'row_hash', algorithm: 'sha256', encoding: 'hex' },
    prev: { column: 'prev_hash', genesis: { stored: null, hashed: '' } },
    format: {
      separator: '|',
      fields: [
        { prev: true },
        ...columns.map((column) => ({ column })),
        { column: 'timestamp', timestamp: { digits: 6, suffix: 'Z' } },
      ],
    },
    sentinel: { table: `${place}.audit_chain_head`, column: 'head_hash' },
    verify: { query: `SELECT * FROM ${place}.verify_audit_chain()`, firstBreak: 'first_break_id', rows: 'row_count' },
    append: `INSERT INTO ${table.includes('.') ? table : `public.${table}`} (id, actor, actor_type, action, "timestamp")
      SELECT 'pgdrill-' || pg_catalog.md5(pg_catalog.clock_timestamp()::text), 'pgdrill', 'system', 'write test', pg_catalog.clock_timestamp()`,
  };
}
