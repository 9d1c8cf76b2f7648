import { Buffer } from 'node:buffer';
import { DatabaseError } from '../errors.ts';
import type { BinaryRow } from './handle.ts';

/** Cuts the data of a binary COPY into rows. Source: PostgreSQL manual, "COPY", "Binary Format". */
export interface BinaryRows {
  /** Takes the next piece of data, cut anywhere; what of it belongs to a row that is not complete is kept. */
  take(piece: Uint8Array): void;
  /**
   * Says that there is no more.
   *
   * @throws DatabaseError (SQLSTATE null) when the data did not come to its end, or is none of this format
   */
  end(): void;
}

const SIGNATURE = Buffer.from('PGCOPY\n\xFF\r\n\0', 'latin1');
/** Behind the signature stand flags and the length of what more there is of the header. */
const LENGTH_AT = SIGNATURE.length + 4;
const HEADER = LENGTH_AT + 4;
/** Stands in the place of a row's number of columns, behind the last row. */
const TRAILER = -1;

/**
 * Prepares to read one COPY.
 *
 * @param each is given each row; what it holds is good only until it returns
 */
export function binaryRows(each: (row: BinaryRow) => void): BinaryRows {
  const starts: number[] = [];
  const ends: number[] = [];
  // One for all rows.
  const row: { bytes: BinaryRow['bytes']; starts: number[]; ends: number[] } = { bytes: Buffer.alloc(0), starts, ends };
  let rest: Buffer | null = null;
  let state: 'before' | 'rows' | 'ended' | 'unknown' = 'before';

  /** Where what comes after the header begins; -1 when it is not there in full. */
  const skipHeader = (bytes: Buffer): number => {
    if (bytes.length < HEADER) return -1;
    const end = HEADER + bytes.readInt32BE(LENGTH_AT);
    const isKnown = bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
    if (isKnown && bytes.length < end) return -1;
    state = isKnown ? 'rows' : 'unknown';
    return end;
  };
  /** Hands over the row that begins here. Where it ends; -1 when it is not there in full. */
  const readRow = (bytes: Buffer, from: number): number => {
    const { length } = bytes;
    if (from + 2 > length) return -1;
    const columns = bytes.readInt16BE(from);
    if (columns === TRAILER) {
      state = 'ended';
      return from + 2;
    }
    let at = from + 2;
    for (let column = 0; column < columns; column += 1) {
      if (at + 4 > length) return -1;
      const size = bytes.readInt32BE(at);
      at += 4;
      starts[column] = size < 0 ? -1 : at;
      if (size > 0) at += size;
      ends[column] = at;
    }
    if (at > length) return -1;
    each(row);
    return at;
  };
  const readNext = (bytes: Buffer, from: number): number => {
    if (state === 'before') return skipHeader(bytes);
    return state === 'rows' ? readRow(bytes, from) : -1;
  };

  return {
    take(piece) {
      const bytes = rest === null ? asBuffer(piece) : Buffer.concat([rest, piece]);
      row.bytes = bytes;
      let at = 0;
      for (let end = readNext(bytes, at); end >= 0; end = readNext(bytes, at)) at = end;
      const isKept = (state === 'before' || state === 'rows') && at < bytes.length;
      // A copy, since the piece is gone afterwards.
      rest = isKept ? Buffer.from(bytes.subarray(at)) : null;
    },
    end() {
      if (state !== 'ended') throw new DatabaseError(null, 'The rows of a COPY did not come to their end.');
    },
  };
}

function asBuffer(piece: Uint8Array): Buffer {
  return Buffer.isBuffer(piece) ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}
