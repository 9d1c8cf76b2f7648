import { describe, expect, it } from 'vitest';
import { chainWalk, walkRoom } from './walk.ts';
import type { LinkedRow, WalkResult } from './walk.ts';

/** Rows `1` to `n` in order, each linked to the one before it. */
function chain(n: number): readonly LinkedRow[] {
  return Array.from({ length: n }, (_, index) => ({
    key: `${index + 1}`,
    hash: `h${index + 1}`,
    prev: index === 0 ? null : `h${index}`,
    misfit: null,
  }));
}

/** A row that is no part of the chain. */
function stray(prev: string | null): LinkedRow {
  return { key: 'x', hash: 'hx', prev, misfit: null };
}

function walked(rows: readonly (LinkedRow | undefined)[], most = 10_000): WalkResult {
  const walk = chainWalk(null, walkRoom(most));
  for (const [index, row] of rows.filter((one) => one !== undefined).entries()) walk.add(row, index + 1);
  return walk.end();
}

/** Kinds with their totals and the position and key of the first. */
function breaksOf({ breaks }: WalkResult): readonly string[] {
  return Object.entries(breaks).map(
    ([kind, found]) => `${kind} ${found?.total} at ${found?.first.position} (${found?.first.key})`,
  );
}

describe('chainWalk', () => {
  it('finds no break in a whole chain, and its tail', () => {
    expect(walked(chain(5))).toMatchObject({ head: { hash: 'h5', key: '5' }, breaks: {} });
    expect(walked([])).toMatchObject({ head: null, breaks: {} });
  });

  it('follows the links through rows that come out of order', () => {
    const [a, b, c, d, e] = chain(5);
    const { outOfOrder, ...inOrder } = walked(chain(5));
    expect(outOfOrder).toBe(0);
    expect(walked([a, c, b, e, d])).toEqual({ ...inOrder, outOfOrder: 2 });
    expect(walked([e, d, c, b, a])).toEqual({ ...inOrder, outOfOrder: 4 });
  });

  it('names a row that is gone, once, and goes on behind it', () => {
    const [a, , c, d, e] = chain(5);
    const result = walked([a, c, d, e]);
    expect(breaksOf(result)).toEqual(['link-mismatch 1 at 2 (3)']);
    expect(result.head?.key).toBe('5');
  });

  it('tells a missing beginning, a fork and a doubled row from other breaks', () => {
    const [a, b, c, d] = chain(4);
    expect(breaksOf(walked([b, c, d]))).toEqual(['prefix-missing 1 at 1 (2)']);
    expect(breaksOf(walked([a, b, stray('h1')]))).toEqual(['fork 1 at 3 (x)']);
    expect(breaksOf(walked([a, b, stray(null), c]))).toEqual(['fork 1 at 3 (x)']);
    expect(breaksOf(walked([a, b, b]))).toEqual(['duplicate 1 at 3 (2)']);
  });

  it('passes a stray row by: one break, and the tail is still the tail', () => {
    for (const prev of ['h1', 'elsewhere', null]) {
      const rows = chain(1000);
      const result = walked(rows.toSpliced(500, 0, stray(prev)), 10);
      // Which row followed h1 is forgotten by then; which one began the chain never is.
      expect(breaksOf(result)).toEqual([`${prev === null ? 'fork' : 'link-mismatch'} 1 at 501 (x)`]);
      expect(result).toMatchObject({ head: { hash: 'h1000' } });
    }
  });

  it('follows the branch of a fork that goes on', () => {
    const [a, b, c, d] = chain(4);
    const result = walked([a, stray('h1'), b, c, d]);
    expect(breaksOf(result)).toEqual(['fork 1 at 3 (2)']);
    expect(result.head?.key).toBe('4');
  });

  it('names every doubled row of a table that was loaded twice, in whatever order the copies come', () => {
    const rows = chain(50);
    const [inPairs, ownRow] = [rows.flatMap((row) => [row, row]), rows.at(-1)];
    expect(breaksOf(walked(inPairs))).toEqual(['duplicate 50 at 2 (1)']);
    expect(breaksOf(walked([...rows, ...rows]))).toEqual(['duplicate 50 at 51 (1)']);
    expect(walked(inPairs).head?.key).toBe(ownRow?.key);
  });

  it('settles rows that come in blocks out of order, many times over, beside a stray one', () => {
    const blocks = Array.from({ length: 500 }, (_, block) =>
      chain(5000)
        .slice(block * 10, block * 10 + 10)
        .toReversed(),
    );
    const result = walked([stray('elsewhere'), ...blocks.flat()], 100);
    expect(breaksOf(result)).toEqual(['link-mismatch 1 at 1 (x)']);
    expect(result.head?.key).toBe('5000');
  });

  it('counts rows that do not fit their hash, wherever they are linked', () => {
    const rows = chain(6).map((row, index) => ({
      ...row,
      misfit: index === 2 || index === 4 ? ('content-mismatch' as const) : null,
    }));
    expect(breaksOf(walked(rows))).toEqual(['content-mismatch 2 at 3 (3)']);
  });

  it('finds a break although its rows would fill the memory, and holds no more than it is told', () => {
    const rows = chain(1000).filter((_, index) => index !== 499);
    const result = walked(rows, 10);
    expect(breaksOf(result)).toEqual(['link-mismatch 1 at 500 (501)']);
    expect(result.head?.key).toBe('1000');
  });

  it('takes time in proportion to the rows even where every link is broken', () => {
    const rows = chain(200_000).map((row, index) => ({ ...row, prev: `elsewhere${index}` }));
    expect(breaksOf(walked(rows))).toEqual(['prefix-missing 1 at 1 (1)', 'link-mismatch 199999 at 2 (2)']);
  });
});
