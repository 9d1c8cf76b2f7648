import { Buffer } from 'node:buffer';
import type { ChainFormat, Row } from '@pgdrill/core';
import type { Reads } from './reads.ts';

/** What a part of a row contributes to the hashed text: null for NULL. */
export type Piece = string | Uint8Array | null;

/**
 * Renders a part of a row.
 *
 * @param prev the previous hash as it is hashed: as it is stored, bytes as hex, or what stands for it in the first row
 */
export type Render<Result extends Piece = Piece> = (row: Row, prev: string | null) => Result;

/** What rendering needs to know of a chain's table and hash. */
export interface RenderContext {
  readonly reads: Reads;
  /** PostgreSQL's own name of a column's type, such as `int8`; a domain's base type. Empty for one that is not there. */
  readonly typeOf: (column: string) => string;
  /** How the text of a previous hash becomes bytes. */
  readonly prevEncoding: 'hex' | 'base64';
  /** Compiles a format inside a format. */
  compile(format: ChainFormat): Render<string | Uint8Array>;
}

/** Text or bytes as bytes. */
export function bytesOf(piece: string | Uint8Array): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;
}

/** Pieces one after the other: text as long as all are text. */
export function concatenated(pieces: readonly (string | Uint8Array)[]): string | Uint8Array {
  return pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : Buffer.concat(pieces.map(bytesOf));
}
