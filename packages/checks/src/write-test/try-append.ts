import { DatabaseError } from '@pgdrill/core';
import type { DatabaseHandle, Row, Trial, TrialDatabase } from '@pgdrill/core';
import { columnSql, linkSql } from '../chain/chain-sql.ts';
import type { FoundChain } from '../chain/find-chains.ts';
import { rowReader } from '../chain/row-reader.ts';
import type { ReadRow } from '../chain/row-reader.ts';
import { readSentinel } from '../chain/sentinel.ts';
import type { AppendTrial } from './observation.ts';
import { outcomeOfError } from './outcome.ts';
import { OWN, ownRowsOf, tableBefore } from './own-rows.ts';

/**
 * Appends a row to a chain by the database's own path, and verifies by our own recomputation that it follows the head. Null for a chain without such a
 * statement.
 *
 * @param heads as of `provenHeads`
 * @throws DatabaseError when the connection is lost
 */
export async function tryAppend(
  db: TrialDatabase,
  reader: DatabaseHandle,
  found: FoundChain,
  heads: ReadonlySet<string>,
): Promise<AppendTrial | null> {
  const { name, relation } = found;
  const append = await appendStatement(reader, found);
  if (append === null || relation === null) return null;
  return db.rolledBack(async (trial) => {
    const before = await tableBefore(trial.reader, relation);
    try {
      // Only a transaction that has its number already knows its own rows from those of others.
      await trial.query('SELECT pg_catalog.txid_current()');
      await trial.query(append);
    } catch (error) {
      return { chain: name, ...appendFailure(error, found) };
    }
    try {
      return await appended(trial, found, { relation, own: await ownRowsOf(trial, relation, before), heads });
    } catch (error) {
      return { chain: name, unverified: `What it appended could not be read (${outcomeOfError(error).sqlstate}).` };
    }
  });
}

/** A table that is like the preset's may want more than the preset's statement gives it. But a hash that is missing is one that nobody made. */
function appendFailure(error: unknown, { chain, config }: FoundChain): Pick<AppendTrial, 'failed' | 'unfit'> {
  const outcome = outcomeOfError(error);
  const isHash = error instanceof DatabaseError && error.about.column === chain.hash.column;
  return config.append === undefined && outcome.ending === 'untested' && !isHash
    ? { unfit: outcome }
    : { failed: outcome };
}

/** The config's, or that of the preset where a trigger seals what is inserted: without one, the application does, and that is not here. */
async function appendStatement(
  reader: DatabaseHandle,
  { chain, config, relation }: FoundChain,
): Promise<string | null> {
  if (config.append !== undefined || chain.append === undefined) return config.append ?? null;
  const [row] = await reader.query(
    `SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = pg_catalog.to_regclass($1) AND NOT g.tgisinternal AND g.tgtype & 7 = 7) AS seals`,
    [relation],
  );
  return row?.['seals'] === 't' ? chain.append : null;
}

/** The chain's table, what is true of the rows of `t` that were appended to it, and where they should link to. */
interface AppendedTo {
  readonly relation: string;
  readonly own: string;
  /** Hashes of older rows which, as far as is known, nothing followed before. */
  readonly heads: ReadonlySet<string>;
}

/** Appending more rows than these says nothing more. */
const MOST = 100;

async function appended(trial: Trial, found: FoundChain, to: AppendedTo): Promise<AppendTrial> {
  const { chain, name, types } = found;
  const reader = rowReader(chain, (column) => types.get(column) ?? '');
  const values = await trial.reader.query(
    `SELECT ${reader.select} FROM ${to.relation} AS t WHERE ${to.own} LIMIT ${MOST}`,
  );
  if (values.length === 0) return { chain: name, rows: 0 };
  const { column } = chain.prev;
  const before = column === undefined ? await storedBefore(trial, found, to) : null;
  const rows = values.map((row) => reader.read(row, before));
  if (rows.some(({ hash }) => hash === null)) return { chain: name, rows: rows.length, unlinked: 'no hash' };
  if (rows.some(({ misfit }) => misfit === undefined)) {
    return { chain: name, unverified: 'No format or key of the config is meant for the row that it appended.' };
  }
  const line = inLine(rows);
  const link =
    line === null || column === undefined ? null : await linkOf(trial, found, to, column, line[0]?.prev ?? null);
  return {
    chain: name,
    rows: rows.length,
    misfits: rows.filter(({ misfit }) => misfit !== null).length,
    unlinked:
      line === null
        ? 'not one line'
        : column === undefined
          ? null
          : unlinked(link, line[0], chain.prev.genesis.stored ?? null),
    outOfOrder: Number(link?.['overtaken'] ?? 0) > 0,
    ...(await sentinelMoved(trial, found, line?.at(-1))),
  };
}

/** The rows in the order of their links; null where that is not one line. */
function inLine(rows: readonly ReadRow[]): readonly ReadRow[] | null {
  const hashes = new Set(rows.map(({ hash }) => hash));
  const firsts = rows.filter(({ prev }) => prev === null || !hashes.has(prev));
  const byPrev = new Map(rows.map((row) => [row.prev, row]));
  const line: ReadRow[] = [];
  for (let row = firsts[0]; row !== undefined && line.length < rows.length; row = byPrev.get(row.hash)) line.push(row);
  return firsts.length === 1 && line.length === rows.length ? line : null;
}

function unlinked(
  link: Row | null,
  first: ReadRow | undefined,
  genesis: string | null,
): NonNullable<AppendTrial['unlinked']> | null {
  if (first?.prev === genesis) return link?.['others'] === '0' ? null : 'not the head';
  if (link?.['linked'] === '0') return 'no such row';
  return link?.['followers'] === '0' ? null : 'not the head';
}

/**
 * How the first new row stands to the older ones of its scope: how many they are, how many have the hash that it links to, how many others link there too,
 * and how many order puts after it. Where it links to the last of them, and no other does, as it should be, they count as one. That no other does is
 * known already of a head that was proven.
 *
 * @param linked the hash that it links to, as hex
 */
async function linkOf(
  trial: Trial,
  { chain }: FoundChain,
  to: AppendedTo,
  prev: string,
  linked: string | null,
): Promise<Row | null> {
  const [hash, link] = [linkSql(chain.hash.column, chain), linkSql(prev, chain)];
  const columns = (row: string): string => chain.order.map((column) => columnSql(column).replace(/^t/, row)).join(', ');
  const inScope = chain.scope
    .map((column) => `AND ${columnSql(column)} IS NOT DISTINCT FROM ${columnSql(column).replace(/^t/, 'o')}`)
    .join(' ');
  const first = `WITH own AS MATERIALIZED (SELECT t.*, ${hash} AS pgdrill_hash, ${link} AS pgdrill_prev FROM ${to.relation} AS t WHERE ${to.own}),
       o AS (SELECT * FROM own WHERE pgdrill_prev IS NULL OR pgdrill_prev NOT IN (SELECT pgdrill_hash FROM own) LIMIT 1)`;
  const ordered = chain.order.length > 0;
  if (ordered) {
    const last = chain.order.map((column) => `${columnSql(column)} DESC`).join(', ');
    const older = `${to.relation} AS t WHERE NOT ${OWN} ${inScope}`;
    const others =
      linked !== null && to.heads.has(linked)
        ? ''
        : ` AND NOT EXISTS (SELECT FROM ${older} AND ${link} = o.pgdrill_prev)`;
    const [row] = await trial.reader.query(
      `${first}
       SELECT 1 AS others, 1 AS linked, 0 AS followers, (${columns('t')}) > (${columns('o')}) AS overtaken
         FROM o, LATERAL (SELECT * FROM ${older} ORDER BY ${last} LIMIT 1) AS t
        WHERE ${hash} = o.pgdrill_prev${others}`,
    );
    if (row !== undefined) return { ...row, overtaken: row['overtaken'] === 't' ? '1' : '0' };
  }
  const [row] = await trial.reader.query(
    `${first}
     SELECT count(*) AS others, count(*) FILTER (WHERE ${hash} = o.pgdrill_prev) AS linked,
            count(*) FILTER (WHERE ${link} = o.pgdrill_prev) AS followers,
            ${ordered ? `count(*) FILTER (WHERE ${hash} = o.pgdrill_prev AND (${columns('t')}) > (${columns('o')}))` : '0'} AS overtaken
       FROM ${to.relation} AS t, o WHERE NOT ${OWN} ${inScope}`,
  );
  return row ?? null;
}

/** The stored hash of the last older row, for a chain that stores no previous one. */
async function storedBefore(
  trial: Trial,
  { chain }: FoundChain,
  { relation, own }: AppendedTo,
): Promise<string | null> {
  const last = chain.order.map((column) => `${columnSql(column)} DESC`).join(', ');
  const inScope = chain.scope.map(columnSql);
  const scope =
    inScope.length === 0
      ? ''
      : ` AND (${inScope.join(', ')}) IS NOT DISTINCT FROM (SELECT ${inScope.length === 1 ? '' : 'ROW('}${inScope.join(', ')}${inScope.length === 1 ? '' : ')'} FROM ${relation} AS t WHERE ${own} LIMIT 1)`;
  const [row] = await trial.reader.query(
    `SELECT ${columnSql(chain.hash.column)} AS hash FROM ${relation} AS t WHERE NOT ${OWN}${scope} ORDER BY ${last} LIMIT 1`,
  );
  return row?.['hash'] ?? chain.prev.genesis.stored ?? null;
}

async function sentinelMoved(
  trial: Trial,
  found: FoundChain,
  last: ReadRow | undefined,
): Promise<Pick<AppendTrial, 'sentinelMoved'>> {
  const { sentinel } = await readSentinel(trial.reader, found);
  if (sentinel === undefined || last === undefined) return {};
  return { sentinelMoved: sentinel === last.hash };
}
