import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ChainField, ColumnField, DigestField, PrevField } from '@pgdrill/core';
import { parseWritten, writeJson } from './json-text.ts';
import { bytesOf } from './render.ts';
import type { Render, RenderContext } from './render.ts';
import { epochText, timestampText } from './timestamp-text.ts';

/** How one field of a format is rendered: NULL where a column is NULL and the format says nothing of it. */
export function compileField(field: ChainField, context: RenderContext): Render {
  if ('prev' in field) return prevRender(field, context);
  if ('text' in field) return () => field.text;
  if ('digest' in field) return digestRender(field, context);
  const { null: whenNull = null } = field;
  const name = context.reads.column(field.column);
  const render = columnRender(field);
  return (row) => {
    const value = row[name] ?? null;
    return value === null ? whenNull : render(value);
  };
}

/** The name of a field in JSON. */
export function fieldName(field: ChainField): string {
  if ('column' in field) return field.name ?? field.column;
  return field.name ?? ('prev' in field ? 'prev' : 'text' in field ? 'text' : 'digest');
}

function prevRender({ as }: PrevField, { prevEncoding }: RenderContext): Render {
  return as === 'bytes' ? (_row, prev) => prev && Buffer.from(prev, prevEncoding) : (_row, prev) => prev;
}

function digestRender({ digest: { algorithm, encoding, of } }: DigestField, context: RenderContext): Render {
  const render = context.compile(of);
  return (row, prev) => {
    const hash = createHash(algorithm)
      .update(bytesOf(render(row, prev)))
      .digest();
    if (encoding === 'bytes') return hash;
    return encoding === 'hex-upper' ? hash.toString('hex').toUpperCase() : hash.toString(encoding);
  };
}

function columnRender({ timestamp, epoch, json, as }: ColumnField): (value: string) => string | Uint8Array {
  if (timestamp) return (value) => timestampText(value, timestamp.digits, timestamp.suffix);
  if (epoch) return (value) => epochText(value, epoch);
  if (json) return (value) => writeJson(parseWritten(value), json);
  if (as === 'bytes') return byteaBytes;
  if (as === 'hex') return (value) => value.slice(2);
  return (value) => value;
}

/** The bytes of a bytea, whose text form is hex behind `\x`. */
export function byteaBytes(value: string): Uint8Array {
  return Buffer.from(value.slice(2), 'hex');
}
