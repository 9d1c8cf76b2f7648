import { Buffer } from 'node:buffer';
import type { LengthsFormat } from '@pgdrill/core';
import { compileField } from './field.ts';
import { bytesOf } from './render.ts';
import type { Piece, Render, RenderContext } from './render.ts';

/** Fields one after the other, each behind its length in bytes; NULL is the length -1, with nothing behind it. */
export function compileLengths(
  { lengths, mark = '', fields }: LengthsFormat,
  context: RenderContext,
): Render<string | Uint8Array> {
  const renders = fields.map((field) => compileField(field, context));
  const length = lengths === 'decimal' ? (size: number) => Buffer.from(`${size}${mark}`) : uint32;
  return (row, prev) =>
    Buffer.concat(
      renders.flatMap((render) => {
        const piece: Piece = render(row, prev);
        if (piece === null) return [length(-1)];
        const bytes = bytesOf(piece);
        return [length(bytes.length), bytes];
      }),
    );
}

function uint32(size: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(size);
  return bytes;
}
