import type { ChainFormat, JoinedFormat } from '@pgdrill/core';
import { compileFormat } from '../format/compile-format.ts';
import { compileField } from '../format/field.ts';
import { concatenated } from '../format/render.ts';
import type { Render, RenderContext } from '../format/render.ts';

/** Renders rows that are in memory, each column under its own name. */
export function memoryContext(types: ReadonlyMap<string, string>, prevEncoding: 'hex' | 'base64'): RenderContext {
  const context: RenderContext = {
    reads: { add: (sql) => sql, column: (name) => name, list: () => [] },
    typeOf: (name) => types.get(name) ?? '',
    prevEncoding,
    compile: (format) => memoryRender(format, context),
  };
  return context;
}

/** As `compileFormat`, but for a format whose fields come joined from the server. */
export function memoryRender(format: ChainFormat, context: RenderContext): Render<string | Uint8Array> {
  return 'separator' in format ? joined(format, context) : compileFormat(format, context);
}

function joined({ separator, fields, skipNull }: JoinedFormat, context: RenderContext): Render<string | Uint8Array> {
  const renders = fields.map((field) => compileField(field, context));
  return (row, prev) => {
    const pieces = renders.map((render) => render(row, prev));
    return joinPieces(
      skipNull === true ? pieces.filter((piece) => piece !== null) : pieces.map((piece) => piece ?? ''),
      separator,
    );
  };
}

/** Pieces with a separator between them. */
export function joinPieces(pieces: readonly (string | Uint8Array)[], separator: string): string | Uint8Array {
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join(separator);
  return concatenated(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece])));
}
