import type { Row } from '@pgdrill/core';

/** One row as both sides are compared by it: `k` orders and pairs rows, `a` and `b` are its hashes, `ctid` is where it lies. */
interface Place {
  readonly k: string;
  readonly hash: string;
  readonly ctid: string;
}

/** A difference of one row. A changed row has a place on both sides. */
export interface LocatedRow {
  readonly kind: 'missing' | 'unexpected' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
}

/** All differences of a table: how many of each kind, and the first of them. */
export interface LocatedRows {
  readonly missing: number;
  readonly unexpected: number;
  readonly changed: number;
  readonly first: readonly LocatedRow[];
}

/**
 * Merges two sides that are both sorted by `k`, in memory that does not grow with the table.
 *
 * Rows under one `k` are compared as multisets of hashes. Of what is left on both sides, one and one are the same row with another content; the rest
 * is missing or unexpected.
 *
 * @param limit how many differences are kept; the totals count all of them
 */
export async function locateRows(
  before: AsyncIterable<readonly Row[]>,
  after: AsyncIterable<readonly Row[]>,
  limit: number,
): Promise<LocatedRows> {
  const totals = { missing: 0, unexpected: 0, changed: 0 };
  const first: LocatedRow[] = [];
  const found = (row: LocatedRow): void => {
    totals[row.kind] += 1;
    if (first.length < limit) first.push(row);
  };
  const left = groupsOf(before);
  const right = groupsOf(after);
  let [ours, theirs] = [await left.next(), await right.next()];
  while (ours.done !== true || theirs.done !== true) {
    const order = compareGroups(
      ours.done === true ? undefined : ours.value,
      theirs.done === true ? undefined : theirs.value,
    );
    compareOneKey(
      order <= 0 && ours.done !== true ? ours.value : [],
      order >= 0 && theirs.done !== true ? theirs.value : [],
      found,
    );
    if (order <= 0) ours = await left.next();
    if (order >= 0) theirs = await right.next();
  }
  return { ...totals, first };
}

function compareOneKey(before: readonly Place[], after: readonly Place[], found: (row: LocatedRow) => void): void {
  const left = [...before];
  const right = after.filter(({ hash }) => {
    const same = left.findIndex((place) => place.hash === hash);
    if (same >= 0) left.splice(same, 1);
    return same < 0;
  });
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [ours, theirs] = [left[index], right[index]];
    const kind = ours && theirs ? 'changed' : ours ? 'missing' : 'unexpected';
    found({ kind, before: ours?.ctid ?? null, after: theirs?.ctid ?? null });
  }
}

function compareGroups(left: readonly Place[] | undefined, right: readonly Place[] | undefined): number {
  if (!left) return 1;
  if (!right) return -1;
  const [ours, theirs] = [BigInt(left[0]?.k ?? 0), BigInt(right[0]?.k ?? 0)];
  return ours < theirs ? -1 : ours > theirs ? 1 : 0;
}

async function* groupsOf(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Place[], undefined> {
  let group: Place[] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      const place = { k: row['k'] ?? '0', hash: `${row['a']} ${row['b']}`, ctid: row['ctid'] ?? '' };
      if (group.length > 0 && group[0]?.k !== place.k) {
        yield group;
        group = [];
      }
      group.push(place);
    }
  }
  if (group.length > 0) yield group;
  return undefined;
}
