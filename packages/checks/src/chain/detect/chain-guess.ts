import { quoteIdentifier } from '@pgdrill/core';
import type { DatabaseHandle, Row } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';
import { hashedText, hexOf } from '../hash-text.ts';
import { bothEnds, firstRows } from './both-ends.ts';
import type { DigestColumn } from './digest-columns.ts';
import { findFirstRows, isFirstSql } from './find-first-rows.ts';
import type { Links } from './find-links.ts';
import { findOrder } from './find-order.ts';
import { findScope } from './find-scope.ts';
import type { LinkedRow } from './probe.ts';
import type { TableFacts } from './table-facts.ts';

/** All of a chain but its format: which columns link its rows, and a sample of them. */
export interface ChainGuess {
  readonly hash: DigestColumn;
  /** Null where the previous hash is that of the row before in order. */
  readonly prev: DigestColumn | null;
  readonly scope: readonly string[];
  readonly order: readonly string[];
  /** What first rows store as their previous hash. */
  readonly stored: string | null;
  /** Rows that follow another. */
  readonly linked: readonly LinkedRow[];
  /** Rows that follow none; what was hashed as their previous hash is not known yet. */
  readonly first: readonly LinkedRow[];
  readonly notes: readonly string[];
}

/** Formats are searched on so many rows. */
const SAMPLE = 200;
const FIRST_ROWS = 20;

/** A chain whose rows store the previous hash. */
export async function guessLinked(db: DatabaseHandle, facts: TableFacts, links: Links): Promise<ChainGuess> {
  const { hash, prev, sampled, linked } = links;
  const { relation } = facts;
  const first = await findFirstRows(db, relation, links);
  const scope = await findScope(db, facts, links, first);
  const order = await findOrder(db, facts, links);
  const has = `${columnSql(hash.name)} IS NOT NULL`;
  const isFirst = isFirstSql(links, first);
  const query = { select: selectAll(facts), relation, order };
  const rows = await bothEnds(db, { ...query, where: `${has} AND NOT (${isFirst})` }, SAMPLE);
  const firsts = await firstRows(db, { ...query, where: `${has} AND (${isFirst})` }, FIRST_ROWS);
  const linkOf = (row: Row): LinkedRow => linkedRow(row, hash, row[prev.name] ?? '');
  return {
    hash,
    prev,
    scope: scope ?? [],
    order,
    stored: first.stored,
    linked: rows.filter((row) => (row[prev.name] ?? null) !== null).map(linkOf),
    first: firsts.map(linkOf),
    notes: [
      `Links: of ${sampled} rows, ${linked} hold in ${prev.name} the ${hash.name} of another row.`,
      ...(first.count === 0 ? ['No first row was found: every row follows another.'] : []),
      ...(first.others > 0 ? [`${first.others} more rows follow none that is there: the chain may be broken.`] : []),
      ...(scope === null
        ? [
            `${first.count} rows begin a chain, and no one or two columns tell these chains apart: give "scope" by hand.`,
          ]
        : []),
      ...(order.length === 0 ? ['No column rises along the links: the links alone are the order.'] : []),
    ],
  };
}

/** A chain whose rows store no previous hash, in an order that may be its own. */
export async function guessByOrder(
  db: DatabaseHandle,
  facts: TableFacts,
  hash: DigestColumn,
  order: readonly string[],
): Promise<ChainGuess> {
  const where = `${columnSql(hash.name)} IS NOT NULL`;
  const query = { select: selectAll(facts), relation: facts.relation, order, where };
  const rows = await firstRows(db, query, SAMPLE);
  const all = rows.map((row, index) => linkedRow(row, hash, rows[index - 1]?.[hash.name] ?? ''));
  return {
    hash,
    prev: null,
    scope: [],
    order,
    stored: null,
    linked: all.slice(1),
    first: all.slice(0, 1),
    notes: [
      `No column holds the previous hash: taken to be that of the row before in the order of ${order.join(', ')}.`,
    ],
  };
}

function linkedRow(row: Row, { name, encoding }: DigestColumn, prev: string): LinkedRow {
  return { row, prev: hashedText(prev, encoding), hash: hexOf(row[name] ?? '', encoding) };
}

/** Every column as PostgreSQL's own text, under its own name. */
export function selectAll({ columns }: TableFacts): string {
  return columns.map(({ name }) => `${columnSql(name)} AS ${quoteIdentifier(name)}`).join(', ');
}
