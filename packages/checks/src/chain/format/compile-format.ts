import type { ChainFormat, FormatSelector, Row } from '@pgdrill/core';
import { byteaBytes } from './field.ts';
import { compileJson } from './json-format.ts';
import { compileJoined } from './joined-format.ts';
import { compileLengths } from './lengths-format.ts';
import type { Render, RenderContext } from './render.ts';

/** What rendering needs to know, complete. */
export function renderContext(known: Omit<RenderContext, 'compile'>): RenderContext {
  const context: RenderContext = { ...known, compile: (format) => compileFormat(format, context) };
  return context;
}

/** How a whole format renders a row: what the hash is taken over. */
export function compileFormat(format: ChainFormat, context: RenderContext): Render<string | Uint8Array> {
  if ('json' in format) return compileJson(format, context);
  if ('lengths' in format) return compileLengths(format, context);
  if ('stored' in format) return compileValue(context.reads.column(format.stored), format.as);
  if ('sql' in format) return compileValue(context.reads.add(`(${format.sql})`), format.as);
  return compileJoined(format, context);
}

function compileValue(name: string, as?: 'bytes'): Render<string | Uint8Array> {
  return (row) => {
    const value = row[name] ?? '';
    return as === 'bytes' ? byteaBytes(value) : value;
  };
}

/** Which rows a format is meant for. */
export function compileSelector(when: FormatSelector | undefined, { reads }: RenderContext): (row: Row) => boolean {
  if (when === undefined) return () => true;
  const name = reads.column(when.column);
  const { is, null: isNull, from, below } = when;
  return (row) => {
    const value = row[name] ?? null;
    if (isNull !== undefined && (value === null) !== isNull) return false;
    if (is !== undefined && value !== is) return false;
    if (from === undefined && below === undefined) return true;
    return value !== null && Number(value) >= (from ?? -Infinity) && Number(value) < (below ?? Infinity);
  };
}
