import { Buffer } from 'node:buffer';
import type { ChainField, JsonFormat } from '@pgdrill/core';
import { compileField, fieldName } from './field.ts';
import { parseWritten, writeJson, writtenNumber } from './json-text.ts';
import type { WrittenJson } from './json-text.ts';
import type { Render, RenderContext } from './render.ts';

/** Fields as one JSON object or array: numbers, booleans and JSON of the database as such, all else as text. */
export function compileJson({ json, style = {}, fields }: JsonFormat, context: RenderContext): Render<string> {
  const parts = fields.map((field) => {
    const render = compileField(field, context);
    const toJson = jsonOf(field, context);
    return {
      name: fieldName(field),
      omits: 'column' in field && field.omitNull === true,
      value: (...args: Parameters<Render>): WrittenJson => {
        const piece = render(...args);
        return piece === null ? null : toJson(typeof piece === 'string' ? piece : Buffer.from(piece).toString('hex'));
      },
    };
  });
  return (row, prev) => {
    const values = parts.map(({ name, omits, value }) => ({ name, omits, value: value(row, prev) }));
    if (json === 'array')
      return writeJson(
        values.map(({ value }) => value),
        style,
      );
    const kept = values.filter(({ omits, value }) => !(omits && value === null));
    return writeJson(Object.fromEntries(kept.map(({ name, value }) => [name, value])), style);
  };
}

const NUMBERS = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']);

function jsonOf(field: ChainField, { typeOf }: RenderContext): (text: string) => WrittenJson {
  if (!('column' in field)) return (text) => text;
  if (field.epoch) return writtenNumber;
  if (field.timestamp || field.as) return (text) => text;
  const type = typeOf(field.column);
  if (type === 'json' || type === 'jsonb' || field.json) return parseWritten;
  if (type === 'bool') return (text) => text === 't';
  // NaN and infinities are no JSON numbers.
  return NUMBERS.has(type)
    ? (text) => (/^[-\d]/.test(text) && text !== '-Infinity' ? writtenNumber(text) : text)
    : (text) => text;
}
