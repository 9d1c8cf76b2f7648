import type { DatabaseHandle } from '@pgdrill/core';
import type { FoundChain } from '../find-chains.ts';
import type { Head } from '../heads.ts';
import type { BreakKind, Breaks } from '../observation.ts';
import { readAhead } from '../read-ahead.ts';
import { rowReader } from '../row-reader.ts';
import type { ReadRow } from '../row-reader.ts';
import { addBreaks, MOST_SEGMENTS } from '../walk-rows.ts';
import type { WalkedRows } from '../walk-rows.ts';
import { chainWalk, walkRoom } from '../walk.ts';
import type { ChainWalk } from '../walk.ts';
import type { ScopePlace } from './find-places.ts';
import type { OutsideLink, ReadEnd } from './outside-links.ts';
import { placeOf, sinceSql, sinceValues } from './since-sql.ts';
import type { OlderPart } from './since-sql.ts';

/** What a reading of the recent rows, and of a part of the older ones, shows. Of `rows`, `recent` are heads of the earlier capture or came after. */
export type PartlyWalked = Omit<WalkedRows, 'unchained'> & {
  readonly recent: number;
  /** Links that lead out of what was read. */
  readonly outside: readonly OutsideLink[];
  /** The last hash of each scope. */
  readonly ends: readonly ReadEnd[];
};

/** Rows of one scope that follow each other in place. */
interface Run {
  readonly scope: ScopePlace;
  /** As the reader names it. */
  readonly name: string;
  readonly walk: ChainWalk;
  /** The link of its first row, where it begins in the middle, and how many of its rows have that link. */
  readonly entry: {
    readonly prev: string | null;
    readonly key: string;
    readonly place: number;
    followers: number;
  } | null;
}

/**
 * Recomputes the rows of each scope from its head in an earlier capture on, and a part of the older ones, and follows their links within each run.
 *
 * Not in threads: of a chain of two million rows, the server took nine seconds to number them, and a thirtieth of them is recomputed in less than one.
 * Threads would each have them numbered.
 *
 * @param relation the table, quoted for SQL
 * @param afterBatch is told how many rows were read so far
 */
export async function walkSince(
  db: DatabaseHandle,
  { chain, types }: FoundChain,
  relation: string,
  { places, older }: { readonly places: readonly ScopePlace[]; readonly older: OlderPart },
  afterBatch: (rows: number) => void,
): Promise<PartlyWalked> {
  const reader = rowReader(chain, (column) => types.get(column) ?? '');
  const genesis = chain.prev.genesis.stored ?? null;
  const isStored = chain.prev.column !== undefined;
  const scopes = new Map(places.map((place) => [place.scope, place]));
  const counts = { rows: 0, recent: 0, unformatted: 0, fineRows: 0, coarseMismatches: 0, outOfOrder: 0 };
  const found = gathered(isStored);
  let run: Run | null = null;
  let last = { scope: '', place: 0 };
  let before: string | null = null;
  let read = 0;
  for await (const batch of readAhead(db.walk(sinceSql(reader.select, chain, relation, older), sinceValues(places)))) {
    for (const values of batch) {
      const now = placeOf(values);
      const goesOn = now.scope === last.scope && now.place === last.place + 1;
      last = now;
      if (!goesOn) {
        if (run !== null) counts.outOfOrder += found.endOf(run);
        run = null;
        before = genesis;
      }
      const row = reader.read(values, before);
      before = row.stored;
      // Without a stored link, the row before a run says what its first row was hashed over, and no more.
      if (!goesOn && !isStored && now.place > 1) continue;
      const scope = scopes.get(now.scope) as ScopePlace;
      run ??= beginRun(scope, reader.scope(values), { row, place: now.place, genesis }, found.outside);
      count(counts, row, now.place >= scope.head);
      if (run.entry !== null && run.entry.prev === row.prev) run.entry.followers += 1;
      run.walk.add({ key: row.key, hash: row.hash ?? '', prev: row.prev, misfit: row.misfit ?? null }, now.place);
    }
    read += batch.length;
    afterBatch(read);
  }
  if (run !== null) counts.outOfOrder += found.endOf(run);
  return {
    ...counts,
    heads: found.heads,
    breaks: found.breaks,
    outside: found.outside,
    ends: [...found.ends.values()],
  };
}

type Counts = { -readonly [name in keyof Omit<PartlyWalked, 'heads' | 'breaks' | 'outside' | 'ends'>]: number };

function count(counts: Counts, { fine, misfit }: ReadRow, isRecent: boolean): void {
  counts.rows += 1;
  if (isRecent) counts.recent += 1;
  if (fine) counts.fineRows += 1;
  else if (misfit === 'content-mismatch') counts.coarseMismatches += 1;
  if (misfit === undefined) counts.unformatted += 1;
}

function beginRun(
  scope: ScopePlace,
  name: string,
  first: { readonly row: ReadRow; readonly place: number; readonly genesis: string | null },
  outside: OutsideLink[],
): Run {
  const { row, place, genesis } = first;
  const entry = place === 1 ? null : { prev: row.prev, key: row.key, place, followers: 0 };
  const walk = chainWalk(entry === null ? genesis : entry.prev, walkRoom(MOST_SEGMENTS), ({ key, prev, position }) =>
    outside.push({ scope, place: position, key, prev, followers: 1 }),
  );
  return { scope, name, walk, entry };
}

interface Gathered {
  readonly heads: Head[];
  readonly ends: Map<ScopePlace, ReadEnd>;
  readonly breaks: { [kind in BreakKind]?: Breaks };
  readonly outside: OutsideLink[];
  /** Ends a run; returns how many of its rows came before the one they follow. */
  endOf(run: Run): number;
}

function gathered(isStored: boolean): Gathered {
  const heads: Head[] = [];
  const ends = new Map<ScopePlace, ReadEnd>();
  const breaks: Gathered['breaks'] = {};
  const outside: OutsideLink[] = [];
  return {
    heads,
    ends,
    breaks,
    outside,
    endOf({ scope, name, walk, entry }) {
      const { head, breaks: ofRun, outOfOrder } = walk.end();
      for (const [kind, of] of Object.entries(ofRun))
        breaks[kind as BreakKind] = addBreaks(breaks[kind as BreakKind], of);
      if (entry !== null && isStored) outside.push({ scope, ...entry });
      // The runs of a scope come in order: its last one ends at its head.
      if (heads.at(-1)?.scope === name) heads.pop();
      if (head !== null) {
        heads.push({ scope: name, rows: scope.rows, ...head });
        ends.set(scope, { scope, hash: head.hash });
      }
      return outOfOrder;
    },
  };
}
