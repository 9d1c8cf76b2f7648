import { Buffer } from 'node:buffer';

/** A JSON document whose numbers keep their spelling: `written` as an application wrote it, `stored` as jsonb gives it back. */
export type Document =
  | string
  | boolean
  | null
  | SpelledNumber
  | readonly Document[]
  | { readonly [key: string]: Document };

/** `1e2` is given back as `100`; `1.10` stays as it is. */
export interface SpelledNumber {
  readonly written: string;
  readonly stored: string;
}

/** A number by its two spellings, which are the same unless the second is given. */
export function spelled(written: string, stored: string = written): SpelledNumber {
  return { written, stored };
}

/** JSON as an application writes it: keys in its own order, no spaces. */
export function writtenText(document: Document): string {
  if (isNumber(document)) return document.written;
  if (isList(document)) return `[${document.map(writtenText).join(',')}]`;
  if (typeof document !== 'object' || document === null) return JSON.stringify(document);
  return `{${Object.entries(document)
    .map(([key, value]) => `${JSON.stringify(key)}:${writtenText(value)}`)
    .join(',')}}`;
}

/**
 * The text that PostgreSQL makes of the same document after it was stored as jsonb: shorter keys first, then by bytes; a space after each comma and
 * colon; numbers as numeric writes them.
 *
 * Source of the order: PostgreSQL manual, "JSON Types" (jsonb does not preserve the order of keys), and `lengthCompareJsonbStringValue` in jsonb_util.c.
 */
export function jsonbText(document: Document): string {
  if (isNumber(document)) return document.stored;
  if (isList(document)) return `[${document.map(jsonbText).join(', ')}]`;
  if (typeof document !== 'object' || document === null) return JSON.stringify(document);
  return `{${storedOrder(Object.keys(document))
    .map(({ key, label }) => label + jsonbText(document[key] ?? null))
    .join(', ')}}`;
}

interface Label {
  readonly key: string;
  readonly label: string;
}

const knownOrders = new Map<string, readonly Label[]>();

/** Sorted once for each shape of document: millions of rows have a few shapes. */
function storedOrder(keys: readonly string[]): readonly Label[] {
  const shape = keys.join('\0');
  const known = knownOrders.get(shape);
  if (known !== undefined) return known;
  const sorted = keys
    .toSorted((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((key) => ({ key, label: `${JSON.stringify(key)}: ` }));
  knownOrders.set(shape, sorted);
  return sorted;
}

function isNumber(document: Document): document is SpelledNumber {
  return typeof document === 'object' && document !== null && 'written' in document && 'stored' in document;
}

function isList(document: Document): document is readonly Document[] {
  return Array.isArray(document);
}
