import { chainName, displayName, quoteQualified, sharedChainName } from '@pgdrill/core';
import type { ChainConfig, DatabaseHandle, ObserveContext, Table } from '@pgdrill/core';
import { auditChain, auditChainColumns } from './audit-chain.ts';
import { wholeChain } from './whole-chain.ts';
import type { WholeChain } from './whole-chain.ts';

/** A chain to walk, with nothing left open. */
export interface FoundChain {
  readonly chain: WholeChain;
  /** What the config says itself: all else in `chain` is from a preset. */
  readonly config: Partial<ChainConfig>;
  readonly name: string;
  readonly foundBy: 'config' | 'preset';
  /** The table, quoted for SQL; null when it is not there. */
  readonly relation: string | null;
  /** PostgreSQL's own names of its columns' types, such as `int8`; a domain's base type. */
  readonly types: ReadonlyMap<string, string>;
}

/** What looking for chains needs to know. */
type ChainContext = Pick<ObserveContext, 'chains' | 'tables' | 'once'>;

/**
 * The chains of the config; when it names none, every table that is the reference chain by its columns. Looked for once per side.
 *
 * @throws Error when two chains share a name
 */
export function findChains(db: DatabaseHandle, context: ChainContext): Promise<readonly FoundChain[]> {
  return context.once('chains found', () => lookForChains(db, context));
}

async function lookForChains(db: DatabaseHandle, context: ChainContext): Promise<readonly FoundChain[]> {
  if (context.chains.length === 0) return findByColumns(db, context.tables.filter(isAuditChain));
  const shared = sharedChainName(context.chains);
  if (shared !== undefined) {
    throw new Error(`More than one chain is called ${JSON.stringify(shared)}: give each a "name" of its own.`);
  }
  const found: FoundChain[] = [];
  for (const config of context.chains) found.push(await fromConfig(db, config));
  return found;
}

function isAuditChain({ kind, columns }: Table): boolean {
  const types = new Map(columns.map(({ name, baseType }) => [name, baseType]));
  return kind !== 'matview' && Object.entries(auditChainColumns).every(([column, type]) => types.get(column) === type);
}

/** A partition is no chain of its own: the chain runs through all of them. */
async function findByColumns(db: DatabaseHandle, tables: readonly Table[]): Promise<readonly FoundChain[]> {
  if (tables.length === 0) return [];
  const rows = await db.query(
    `SELECT DISTINCT n.nspname, c.relname
       FROM unnest($1::text[]) AS place
       JOIN pg_class c ON c.oid = coalesce(pg_partition_root(place::regclass), place::regclass)
       JOIN pg_namespace n ON n.oid = c.relnamespace
      ORDER BY n.nspname, c.relname`,
    [tables.map(({ schema, relation }) => quoteQualified(schema, relation))],
  );
  const found: FoundChain[] = [];
  for (const row of rows) {
    const [schema, relation] = [row['nspname'] ?? '', row['relname'] ?? ''];
    const name = displayName(schema, relation);
    const { sentinel, verify, append, ...bare } = auditChain(schema, name);
    // A schema has one sentinel and one function: beside copies of the table, they belong to the table of that name.
    const isOnly = rows.filter(({ nspname }) => nspname === schema).length === 1;
    const chain = wholeChain(isOnly || relation === 'audit_events' ? { ...bare, sentinel, verify, append } : bare);
    const place = quoteQualified(schema, relation);
    found.push({ chain, config: {}, name, foundBy: 'preset', relation: place, types: await typesOf(db, place) });
  }
  return found;
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
  const chain = wholeChain({ ...preset, ...config });
  const types = relationSql === null ? new Map<string, string>() : await typesOf(db, relationSql);
  return { chain, config, name: chainName(config), foundBy: 'config', relation: relationSql, types };
}

/** PostgreSQL's own names of the types of a relation's columns; a domain's base type. */
async function typesOf(db: DatabaseHandle, relation: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query(
    `SELECT a.attname, coalesce(b.typname, t.typname) AS type FROM pg_attribute a
       JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
      WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
    [relation],
  );
  return new Map(rows.map((row) => [row['attname'] ?? '', row['type'] ?? '']));
}
