import { describe, expect, it } from 'vitest';
import { newSegments } from '../segments.ts';
import { chainWalk, walkRoom } from '../walk.ts';
import type { LinkedRow } from '../walk.ts';
import { joinRanges } from './join-ranges.ts';
import { joinRow, piecesOf } from './read-range.ts';

type Place = number | 'x';

/** Row `n` links to row `n - 1`, the first to nothing; `x` is a row that links to row 1 as well. */
function row(place: Place): LinkedRow {
  const n = place === 'x' ? 2 : place;
  const key = String(place);
  return { key, hash: place === 'x' ? 'hx' : `h${n}`, prev: n === 1 ? null : `h${n - 1}`, misfit: null };
}

/** What has no part in the links. */
const told = { counted: 0, places: [], unchained: 0, unformatted: 0, fineRows: 0 };

/** What ranges of one order are together, and what a walk through all of them is. */
function both(ranges: readonly (readonly Place[])[]): readonly [unknown, unknown] {
  const lines = ranges.map((rows) => {
    const of = newSegments();
    const isSound = rows.every((place, index) => joinRow(of, row(place), index + 1));
    return { isSound, rows: rows.length, pieces: piecesOf(of) };
  });
  const walk = chainWalk(null, walkRoom(100));
  for (const [index, place] of ranges.flat().entries()) walk.add(row(place), index + 1);
  const { head, breaks } = walk.end();
  const counts = { unchained: 0, unformatted: 0, fineRows: 0 };
  const walked = lines.map(({ rows, pieces }) => ({ ...told, rows, lines: [{ scope: '', pieces }] }));
  const isSound = lines.every((line) => line.isSound);
  // In whatever order threads are done with them.
  const [joined, ...others] = [walked, walked.toReversed(), walked.toSorted((a, b) => a.rows - b.rows)].map((parts) => {
    const all = joinRanges(null, 100);
    return isSound && parts.every((part) => all.add(part)) ? all.end() : null;
  });
  for (const other of others) expect(other).toEqual(joined);
  const rows = ranges.flat().length;
  const isWhole = Object.keys(breaks).length === 0;
  return [
    joined,
    isWhole && {
      ...counts,
      rows,
      coarseMismatches: 0,
      breaks: {},
      heads: [{ scope: '', rows, ...head }],
      unordered: true,
      outOfOrder: 0,
    },
  ];
}

describe('ranges of a line', () => {
  it.each<readonly [string, readonly (readonly Place[])[]]>([
    ['in order', [[1, 2, 3], [4, 5], [6]]],
    ['one range', [[1, 2, 3]]],
    ['an empty range', [[1, 2], [], [3]]],
    [
      'out of order in a range',
      [
        [1, 3, 4, 2],
        [5, 7, 6],
      ],
    ],
    ['the other way round', [[4, 3, 2, 1]]],
    [
      'out of order across a bound',
      [
        [1, 2, 4],
        [3, 5, 6],
      ],
    ],
    [
      'many waiting across a bound',
      [
        [1, 3, 4, 5],
        [2, 6],
      ],
    ],
    [
      'across two bounds',
      [
        [1, 4, 5],
        [2, 6],
        [3, 7],
      ],
    ],
    [
      'waiting twice',
      [
        [1, 4, 3, 2],
        [6, 5],
      ],
    ],
    [
      'waiting in a range, then for another',
      [
        [1, 5, 4],
        [2, 3, 6],
      ],
    ],
    ['woven into each other', [[1, 3], [4, 6, 2, 7], [5]]],
    [
      'from the end, range by range',
      [
        [5, 6],
        [3, 4],
        [2, 1],
      ],
    ],
  ])('%s: are what a walk through them is', (_, ranges) => {
    const [joined, walked] = both(ranges);
    expect(walked).not.toBe(false);
    expect(joined).toEqual(walked);
  });

  it.each<readonly [string, readonly (readonly Place[])[]]>([
    [
      'a row is gone',
      [
        [1, 2],
        [4, 5],
      ],
    ],
    ['the first is gone', [[2, 3], [4]]],
    ['two follow the same, in one range', [[1, 'x', 2, 3]]],
    [
      'two follow the same, in two',
      [
        [1, 2],
        [3, 'x'],
      ],
    ],
    ['one is there twice, side by side', [[1, 2, 2, 3]]],
    [
      'one is there twice, far apart',
      [
        [1, 2],
        [3, 2],
      ],
    ],
    ['the first is there twice', [[1, 2], [1]]],
    [
      'all are there twice',
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    ],
  ])('%s: are not whole', (_, ranges) => {
    expect(both(ranges)).toEqual([null, false]);
  });

  it('know no end of a ring', () => {
    const of = newSegments();
    expect(joinRow(of, { key: '1', prev: 'b', hash: 'a' }, 1)).toBe(true);
    expect(joinRow(of, { key: '2', prev: 'a', hash: 'b' }, 2)).toBe(true);
    const range = { ...told, rows: 2 };
    const joined = joinRanges(null, 100);
    expect(joined.add({ ...range, lines: [{ scope: '', pieces: piecesOf(of) }] })).toBe(true);
    expect(joined.end()).toBeNull();
  });

  it('give up when too many are waiting for what is between them', () => {
    const piece = (n: number) => ({ prev: `h${n - 1}`, hash: `h${n}`, key: `${n}`, rows: 1 });
    const range = (...pieces: readonly number[]) => ({
      ...told,
      rows: pieces.length,
      lines: pieces.map((n) => ({ scope: `${n % 2}`, pieces: [piece(n)] })),
    });
    const joined = joinRanges('h0', 2);
    expect([joined.add(range(1, 6)), joined.add(range(3, 10)), joined.add(range(9))]).toEqual([true, true, false]);
  });

  it('tell of two pieces that follow the same hash, of which there are two, whichever comes first', () => {
    const pieces = ['g1', '13', '12', '21'].map(([prev = '', hash = '']) => ({ prev, hash, key: '', rows: 1 }));
    const orders = [
      [0, 1, 2, 3],
      [0, 2, 3, 1],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
    ];
    for (const order of orders) {
      const joined = joinRanges('g', 100);
      const ranges = order
        .flatMap((at) => pieces[at] ?? [])
        .map((piece) => ({
          ...told,
          rows: 1,
          lines: [{ scope: '', pieces: [piece] }],
        }));
      expect(ranges.every((range) => joined.add(range))).toBe(false);
    }
  });
});
