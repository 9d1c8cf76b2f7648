import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { binaryRows } from './binary-rows.ts';

/** A COPY of two rows of three columns, as PostgreSQL 15 sends it: `('ä', NULL, '')` and `('b', 1::int2, 'c')`. */
const DATA = Buffer.from(
  [
    '5047434f50590aff0d0a00 00000000 00000000',
    '0003 00000002 c3a4 ffffffff 00000000',
    '0003 00000001 62 00000002 0001 00000001 63',
    'ffff',
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);
const ROWS = [
  ['c3a4', null, ''],
  ['62', '0001', '63'],
];

/** The values of each row, as hex; and whether the data came to its end. */
function read(pieces: readonly Uint8Array[]): { rows: (string | null)[][]; isEnded: boolean } {
  const rows: (string | null)[][] = [];
  const reading = binaryRows(({ bytes, starts, ends }) =>
    rows.push(starts.map((start, column) => (start < 0 ? null : bytes.toString('hex', start, ends[column])))),
  );
  for (const piece of pieces) {
    const passing = Uint8Array.from(piece);
    reading.take(passing);
    // A piece is gone afterwards.
    passing.fill(0xee);
  }
  try {
    reading.end();
    return { rows, isEnded: true };
  } catch {
    return { rows, isEnded: false };
  }
}

describe('binaryRows', () => {
  it('reads rows wherever the data is cut', () => {
    expect(read([DATA])).toEqual({ rows: ROWS, isEnded: true });
    expect(read(Array.from(DATA, (byte) => Uint8Array.of(byte)))).toEqual({ rows: ROWS, isEnded: true });
    for (let cut = 0; cut <= DATA.length; cut += 1)
      expect(read([DATA.subarray(0, cut), DATA.subarray(cut)])).toEqual({ rows: ROWS, isEnded: true });
  });

  it('passes by what a later version puts into the header, and what comes after the end', () => {
    const header = Buffer.concat([DATA.subarray(0, 15), Buffer.from('00000003aabbcc', 'hex')]);
    expect(read([header, DATA.subarray(19), Buffer.from('0001', 'hex')])).toEqual({ rows: ROWS, isEnded: true });
  });

  it('knows when there should be more, and what is none of it', () => {
    for (let cut = 0; cut < DATA.length; cut += 1) expect(read([DATA.subarray(0, cut)]).isEnded).toBe(false);
    expect(read([Buffer.from(DATA.toString('latin1').replace('PG', 'pg'), 'latin1')])).toEqual({
      rows: [],
      isEnded: false,
    });
  });
});
