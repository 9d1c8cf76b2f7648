import type { Head } from './heads.ts';
import type { Breaks, BreakKind, Misfit } from './observation.ts';
import { recentLinks } from './recent-links.ts';
import { newSegments } from './segments.ts';
import type { Segment } from './segments.ts';

/** One row as the walk needs it. */
export interface LinkedRow {
  readonly key: string;
  readonly hash: string;
  /** Null when nothing is stored. */
  readonly prev: string | null;
  /** How the row does not fit its hash; null when it does. */
  readonly misfit: Misfit | null;
}

/** What a whole walk saw. */
export interface WalkResult {
  readonly head: Pick<Head, 'hash' | 'key' | 'ends'> | null;
  readonly breaks: { readonly [kind in BreakKind]?: Breaks };
  /** Rows that came before the one they follow. */
  readonly outOfOrder: number;
}

/** A row that links to none that was read. */
export interface UnlinkedRow extends Pick<LinkedRow, 'key' | 'hash' | 'prev'> {
  /** Its place in the order of reading. */
  readonly position: number;
  readonly kind: 'link-mismatch' | 'prefix-missing';
  /** The hash at which the rows end that follow it. */
  readonly end: string;
}

/** A walk under way. */
export interface ChainWalk {
  /** @param position the row's place in the order of reading, from 1 */
  add(row: LinkedRow, position: number): void;
  end(): WalkResult;
}

/** What walks of several chains hold together of what is not joined yet, so that it does not fill the memory. */
export interface WalkRoom {
  /** So many segments may be held, besides one for each chain. */
  readonly most: number;
  held: number;
  /** Set when there were more: some were forgotten, and what is called unlinked since then may not be. */
  isExceeded: boolean;
}

/** Room for so many segments. */
export function walkRoom(most: number): WalkRoom {
  return { most, held: 0, isExceeded: false };
}

/** Of a broken chain, so many ends are told. */
const MOST_ENDS = 100;

/** So many links back a second row on the same one is told from a row that is gone. More would be kept long enough to burden the garbage collector. */
const RECENT_LINKS = 256;

/**
 * Walks a chain by its links, in whatever order its rows come.
 *
 * Rows are joined to segments, and those to each other, so that neither rows with the same timestamp nor writers that overtook each other look like a
 * break; each segment that waits for a row at the end, in vain, is one. Memory is taken by segments: one where the order is that of the links, up to a
 * quarter of the rows where it is random.
 *
 * @param genesis what the first row stores as its `prev`
 * @param unlinked is told of each row that links to none that was read, instead of counting it as a break
 */
export function chainWalk(genesis: string | null, room: WalkRoom, unlinked?: (row: UnlinkedRow) => void): ChainWalk {
  const segments = newSegments();
  const links = recentLinks(RECENT_LINKS);
  const found = breakCounts();
  let first: string | undefined;
  let hasBeginning = false;

  /** The hash of a row that follows the same one: there is nothing to wait for. */
  const besides = (prev: string | null): string | undefined =>
    prev === genesis ? first : (segments.waitingFor(prev)?.first.hash ?? links.followerOf(prev));
  const tellUnlinked = ({ prev, first: { hash, key, place }, hash: end }: Segment): void => {
    const kind = hasBeginning ? 'link-mismatch' : 'prefix-missing';
    hasBeginning = true;
    if (unlinked) unlinked({ key, hash, prev, position: place, kind, end });
    else found.add(kind, place, key);
  };
  const others = (): number => Math.max(0, segments.count() - 1);
  const keepRoom = (): void => {
    const oldest = room.held > room.most ? segments.forgetOldest() : undefined;
    if (oldest === undefined) return;
    room.held -= 1;
    room.isExceeded = true;
    if (oldest.waits) tellUnlinked(oldest);
  };
  const join = (row: LinkedRow, position: number): void => {
    if (segments.extend(row, position)) return;
    const other = besides(row.prev);
    if (other !== undefined) found.add(other === row.hash ? 'duplicate' : 'fork', position, row.key);
    if (other === row.hash) return;
    const isFirst = row.prev === genesis;
    if (isFirst && other === undefined) {
      first = row.hash;
      hasBeginning = true;
    }
    segments.begin(row, position, !isFirst && other === undefined);
  };

  return {
    add(row, position) {
      if (row.misfit !== null) found.add(row.misfit, position, row.key);
      const before = others();
      join(row, position);
      links.remember(row.prev, row.hash);
      room.held += others() - before;
      keepRoom();
    },
    end() {
      const all = segments.all();
      for (const segment of all.toSorted((a, b) => a.first.place - b.first.place))
        if (segment.waits) tellUnlinked(segment);
      const head = all.reduce<Segment | null>((last, one) => (last === null || one.to > last.to ? one : last), null);
      const ends = all.flatMap((segment) => (segment === head ? [] : segment.hash)).slice(-MOST_ENDS);
      room.held -= others();
      return {
        head: head && { hash: head.hash, key: head.key, ...(ends.length === 0 ? {} : { ends }) },
        breaks: found.breaks,
        outOfOrder: all.reduce((sum, { early }) => sum + early, 0),
      };
    },
  };
}

/** Counts breaks by kind, and keeps the first of each. */
function breakCounts(): {
  readonly breaks: WalkResult['breaks'];
  readonly add: (kind: BreakKind, position: number, key: string) => void;
} {
  const breaks: { [kind in BreakKind]?: Breaks } = {};
  return {
    breaks,
    add(kind, position, key) {
      const earlier = breaks[kind];
      const first = earlier !== undefined && earlier.first.position < position ? earlier.first : { position, key };
      breaks[kind] = { total: (earlier?.total ?? 0) + 1, first };
    },
  };
}
