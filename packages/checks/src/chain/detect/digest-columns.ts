import type { ChainAlgorithm, HashEncoding, Row } from '@pgdrill/core';
import type { FactColumn } from './table-facts.ts';

/** A column that holds digests, by its type and content. */
export interface DigestColumn {
  readonly name: string;
  readonly encoding: HashEncoding;
  /** Of one digest. */
  readonly bytes: number;
  /** Is every value one? The column with the previous hash may hold something else in the first row. */
  readonly allDigests: boolean;
  readonly hasNulls: boolean;
}

/** The algorithms whose digests have so many bytes, the usual one first. */
export function algorithmsOf(bytes: number): readonly ChainAlgorithm[] {
  return ALGORITHMS[bytes] ?? [];
}

const ALGORITHMS: Readonly<Record<number, readonly ChainAlgorithm[]>> = {
  28: ['sha224'],
  32: ['sha256', 'sha3-256', 'blake2s256'],
  48: ['sha384', 'sha3-384'],
  64: ['sha512', 'sha3-512', 'blake2b512'],
};

const TEXT_TYPES: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar']);

/** Which columns hold digests: of one length and encoding in at least every fifth row. */
export function digestColumns(columns: readonly FactColumn[], rows: readonly Row[]): readonly DigestColumn[] {
  return columns.flatMap(({ name, type }): readonly DigestColumn[] => {
    const isBinary = type === 'bytea';
    if (!isBinary && !TEXT_TYPES.has(type)) return [];
    const values = rows.map((row) => row[name] ?? null).filter((value) => value !== null);
    const shapes = values.map((value) => (isBinary ? binaryShape(value) : textShape(value)));
    const counts = new Map<string, number>();
    for (const shape of shapes) if (shape !== null) counts.set(shape, (counts.get(shape) ?? 0) + 1);
    const [most] = [...counts].toSorted(([, left], [, right]) => right - left);
    if (most === undefined || most[1] * 5 < values.length) return [];
    const [family = '', bytes = ''] = most[0].split(' ');
    // Digits alone may be of either case.
    const isUpper = family === 'hex' && values.some((value) => textShape(value) === most[0] && /[A-F]/.test(value));
    return [
      {
        name,
        encoding: isUpper ? 'hex-upper' : (family as HashEncoding),
        bytes: Number(bytes),
        allDigests: most[1] === values.length,
        hasNulls: values.length < rows.length,
      },
    ];
  });
}

function binaryShape(value: string): string | null {
  const bytes = (value.length - 2) / 2;
  return bytes in ALGORITHMS ? `bytea ${bytes}` : null;
}

function textShape(value: string): string | null {
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(value) && value.length / 2 in ALGORITHMS) return `hex ${value.length / 2}`;
  if (!/^[A-Za-z0-9+/]{38,88}={0,2}$/.test(value) || value.length % 4 !== 0) return null;
  const padding = value.length - value.replace(/=+$/, '').length;
  const bytes = (value.length / 4) * 3 - padding;
  return bytes in ALGORITHMS ? `base64 ${bytes}` : null;
}
