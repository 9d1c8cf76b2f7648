import { Buffer } from 'node:buffer';
import type { JsonStyle } from '@pgdrill/core';
import canonicalize from 'canonicalize';

/** JSON whose numbers are kept as they were written. */
export type WrittenJson =
  | null
  | boolean
  | string
  | WrittenNumber
  | readonly WrittenJson[]
  | { readonly [key: string]: WrittenJson };

const WRITTEN: unique symbol = Symbol('a number as it was written');

/** A number as it was written: JSON of a database may have more digits than JavaScript's numbers. */
export interface WrittenNumber {
  readonly [WRITTEN]: string;
}

/** Takes the text of a number as it is. */
export function writtenNumber(text: string): WrittenNumber {
  return { [WRITTEN]: text };
}

/**
 * Reads JSON text. Keys that look like array indexes come first in an object, as in any JavaScript object.
 *
 * @throws SyntaxError for what is no JSON
 */
export function parseWritten(text: string): WrittenJson {
  // ECMAScript 2026, "JSON.parse source text access", which all supported runtimes have and TypeScript does not know yet.
  const parse = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, context: { source: string }) => unknown,
  ) => WrittenJson;
  return parse(text, (_key, value, { source }) => (typeof value === 'number' ? writtenNumber(source) : value));
}

/** Writes JSON in a style. */
export function writeJson(value: WrittenJson, style: JsonStyle): string {
  if (style.rfc8785 === true) return canonicalize(plain(value)) ?? '';
  const text = write(
    value,
    style,
    style.spacing === 'none' || style.spacing === undefined
      ? [',', ':']
      : [', ', style.spacing === 'record' ? ' : ' : ': '],
  );
  return style.ascii === true ? escaped(text) : text;
}

type Separators = readonly [item: string, key: string];

function write(value: WrittenJson, style: JsonStyle, separators: Separators): string {
  if (isNumber(value)) return value[WRITTEN];
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const [item, colon] = separators;
  // json_build_object writes the values inside as jsonb does.
  const inner: Separators = style.spacing === 'record' ? [', ', ': '] : separators;
  const within = style.spacing === 'record' ? { ...style, spacing: 'spaced' as const } : style;
  if (isList(value)) return `[${value.map((of) => write(of, within, inner)).join(item)}]`;
  const keys = style.sorted === true ? Object.keys(value).toSorted(byCodePoint) : Object.keys(value);
  return `{${keys.map((key) => `${JSON.stringify(key)}${colon}${write(value[key] ?? null, within, inner)}`).join(item)}}`;
}

/** As Python sorts text, and Go its UTF-8 bytes. */
function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** As Python's json writes by default. */
function escaped(text: string): string {
  return text.replaceAll(/[\u007F-\uFFFF]/g, (unit) =>
    unit === '\u007F' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** With JavaScript's numbers, as RFC 8785 asks (section 3.2.2.3). */
function plain(value: WrittenJson): unknown {
  if (isNumber(value)) return Number(value[WRITTEN]);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, plain(of)]));
}

function isList(value: WrittenJson): value is readonly WrittenJson[] {
  return Array.isArray(value);
}

function isNumber(value: WrittenJson): value is WrittenNumber {
  return typeof value === 'object' && value !== null && WRITTEN in value;
}
