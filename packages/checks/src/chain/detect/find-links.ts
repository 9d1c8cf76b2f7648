import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';
import type { DigestColumn } from './digest-columns.ts';

/** How two columns of digests hang together. */
export interface Links {
  readonly hash: DigestColumn;
  readonly prev: DigestColumn;
  /** So many previous hashes were looked up, and so many of them are the hash of a row. */
  readonly sampled: number;
  readonly linked: number;
}

/** How many rows are looked up. */
export const LINK_SAMPLE = 200;

/** Pairs of columns, one of which holds hashes of rows and the other the same hashes again; the likeliest pair first. */
export async function findLinks(
  db: DatabaseHandle,
  relation: string,
  digests: readonly DigestColumn[],
): Promise<readonly Links[]> {
  const found: Links[] = [];
  for (const hash of digests.filter(({ allDigests }) => allDigests)) {
    for (const prev of digests) {
      if (prev === hash || prev.bytes !== hash.bytes || familyOf(prev) !== familyOf(hash)) continue;
      const links = await look(db, relation, hash, prev);
      if (links.linked > 0 && links.linked * 5 >= links.sampled) found.push(links);
    }
  }
  const sorted = found.toSorted((left, right) => likelihood(right) - likelihood(left));
  return sorted.filter(
    (links, index) => !sorted.slice(0, index).some(({ hash, prev }) => hash === links.prev && prev === links.hash),
  );
}

/** Few previous hashes may be all digits, and so of either case. */
function familyOf({ encoding }: DigestColumn): string {
  return encoding === 'hex-upper' ? 'hex' : encoding;
}

/** Seen from the head on, hashes are also the previous hashes of their previous hashes: names and the first row tell which is which. */
function likelihood({ hash, prev, sampled, linked }: Links): number {
  const isPrev = (name: string): number => (/prev|parent|last|before|prior|chain_from/i.test(name) ? 1 : 0);
  const starts = (prev.hasNulls ? 1 : 0) + (prev.allDigests ? 0 : 1) - (hash.hasNulls ? 1 : 0);
  return 4 * (isPrev(prev.name) - isPrev(hash.name)) + 2 * starts + linked / Math.max(sampled, 1);
}

async function look(db: DatabaseHandle, relation: string, hash: DigestColumn, prev: DigestColumn): Promise<Links> {
  const column = columnSql(prev.name);
  const sample = `(SELECT ${column} AS prev FROM ${relation} AS t WHERE ${column} IS NOT NULL LIMIT ${LINK_SAMPLE})`;
  // As a condition, and not as a value, PostgreSQL makes a join of it.
  const [row] = await db.query(
    `SELECT (SELECT count(*) FROM ${sample} AS s) AS sampled,
            (SELECT count(*) FROM ${sample} AS s WHERE EXISTS (SELECT FROM ${relation} AS t WHERE ${columnSql(hash.name)} = s.prev)) AS linked`,
  );
  return { hash, prev, sampled: Number(row?.['sampled']), linked: Number(row?.['linked']) };
}
