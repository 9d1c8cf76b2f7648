import type { Breaks, BreakKind, ChainBreak } from './observation.ts';

/** One row as the walk needs it. */
export interface LinkedRow {
  readonly key: string;
  readonly hash: string;
  /** Null when nothing is stored. */
  readonly prev: string | null;
  /** Does the stored hash fit the row's content? */
  readonly matches: boolean;
}

/** What a whole walk saw. */
export interface WalkResult {
  readonly rows: number;
  readonly head: { readonly hash: string; readonly key: string } | null;
  readonly breaks: { readonly [kind in BreakKind]?: Breaks };
}

/** A walk under way. */
export interface ChainWalk {
  add(row: LinkedRow): void;
  end(): WalkResult;
}

/** So many rows may wait for one that comes later in order. Two writers at once are out of order by a few rows; a real break holds up all that follow. */
const MOST_WAITING = 10_000;

type Waiting = LinkedRow & { readonly position: number };

/**
 * Walks a chain by its links, reading rows roughly in their order.
 *
 * A row whose `prev` is not the head waits until the links lead to it, so that neither rows with the same timestamp nor writers that overtook each other
 * look like a break. When too many wait, or the rows end, the first one waiting is a break, and the chain goes on from there.
 *
 * @param genesis what the first row stores as its `prev`
 */
export function chainWalk(genesis: string | null, mostWaiting: number = MOST_WAITING): ChainWalk {
  const waiting = waitingRows();
  const breaks: { [kind in BreakKind]?: Breaks } = {};
  let rows = 0;
  let head = null as LinkedRow | null;

  const broken = (kind: BreakKind, { position, key }: ChainBreak): void => {
    const earlier = breaks[kind];
    const first = earlier !== undefined && earlier.first.position < position ? earlier.first : { position, key };
    breaks[kind] = { total: (earlier?.total ?? 0) + 1, first };
  };
  const followLinks = (from: LinkedRow): void => {
    head = from;
    for (let next = waiting.take(from.hash); next !== undefined; next = waiting.take(next.hash)) head = next;
  };
  const breakAtFirstWaiting = (): void => {
    const first = waiting.takeFirst();
    if (first === undefined) return;
    broken(kindOf(first, head), { position: first.position, key: first.key });
    followLinks(first);
  };

  return {
    add(row) {
      rows += 1;
      if (!row.matches) broken('content-mismatch', { position: rows, key: row.key });
      if (row.prev === (head === null ? genesis : head.hash)) {
        followLinks(row);
        return;
      }
      waiting.put({ ...row, position: rows });
      if (waiting.size() > mostWaiting) breakAtFirstWaiting();
    },
    end() {
      while (waiting.size() > 0) breakAtFirstWaiting();
      return { rows, head: head === null ? null : { hash: head.hash, key: head.key }, breaks };
    },
  };
}

function kindOf(row: LinkedRow, head: LinkedRow | null): BreakKind {
  if (head === null) return 'prefix-missing';
  if (row.hash === head.hash) return 'duplicate';
  return row.prev === head.prev ? 'fork' : 'link-mismatch';
}

/** Rows that wait for the row they link to: found by its hash, or in the order in which they came. */
interface WaitingRows {
  put(row: Waiting): void;
  /** Takes the first row that links to this hash. */
  take(hash: string): Waiting | undefined;
  takeFirst(): Waiting | undefined;
  size(): number;
}

function waitingRows(): WaitingRows {
  const byPrev = new Map<string | null, Waiting[]>();
  const inOrder = new Set<Waiting>();
  const remove = (row: Waiting): Waiting => {
    inOrder.delete(row);
    const others = (byPrev.get(row.prev) ?? []).filter((other) => other !== row);
    if (others.length === 0) byPrev.delete(row.prev);
    else byPrev.set(row.prev, others);
    return row;
  };
  return {
    put(row) {
      inOrder.add(row);
      const others = byPrev.get(row.prev);
      if (others) others.push(row);
      else byPrev.set(row.prev, [row]);
    },
    take(hash) {
      const row = byPrev.get(hash)?.[0];
      return row && remove(row);
    },
    takeFirst() {
      const row = inOrder.values().next().value;
      return row && remove(row);
    },
    size: () => inOrder.size,
  };
}
