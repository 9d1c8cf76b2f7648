import { displayName, quoteQualified } from '@pgdrill/core';
import type { ChainConfig, DatabaseHandle, ObserveContext, Table } from '@pgdrill/core';
import { auditChain, auditChainColumns } from './audit-chain.ts';
import type { WholeChain } from './audit-chain.ts';

/** A chain to walk, with nothing left open. */
export interface FoundChain {
  readonly chain: WholeChain;
  readonly name: string;
  readonly foundBy: 'config' | 'preset';
  /** The table, quoted for SQL; null when it is not there. */
  readonly relation: string | null;
}

/** The chains of the config; when it names none, every table that is the reference chain by its columns. */
export async function findChains(db: DatabaseHandle, context: ObserveContext): Promise<readonly FoundChain[]> {
  if (context.chains.length === 0) return context.tables.filter(isAuditChain).map(fromTable);
  const found: FoundChain[] = [];
  for (const config of context.chains) found.push(await fromConfig(db, config));
  return found;
}

function isAuditChain(table: Table): boolean {
  const types = new Map(table.columns.map(({ name, baseType }) => [name, baseType]));
  return (
    table.kind === 'table' && Object.entries(auditChainColumns).every(([column, type]) => types.get(column) === type)
  );
}

function fromTable(table: Table): FoundChain {
  const chain = auditChain(displayName(table.schema), table.name);
  return { chain, name: table.name, foundBy: 'preset', relation: quoteQualified(table.schema, table.relation) };
}

async function fromConfig(db: DatabaseHandle, config: ChainConfig): Promise<FoundChain> {
  const place = config.table.includes('.') ? config.table : `public.${config.table}`;
  const [row] = await db.query(
    `SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)`,
    [place],
  );
  const [schema, relation] = [row?.['nspname'] ?? null, row?.['relname'] ?? null];
  const relationSql = schema === null || relation === null ? null : quoteQualified(schema, relation);
  const preset = config.preset === undefined ? {} : auditChain(schema ?? 'public', config.table);
  const chain = { ...preset, ...config };
  return { chain: whole(chain), name: config.name ?? config.table, foundBy: 'config', relation: relationSql };
}

function whole(chain: ChainConfig): WholeChain {
  const { order, hash, prev, format } = chain;
  if (order && hash && prev && format) return { ...chain, order, hash, prev, format };
  throw new Error(`The chain on ${chain.table} needs "order", "hash", "prev" and "format", or a "preset".`);
}
