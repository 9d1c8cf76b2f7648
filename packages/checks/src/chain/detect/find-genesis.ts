import { hash as digest } from 'node:crypto';
import type { ChainAlgorithm } from '@pgdrill/core';
import type { RenderContext } from '../format/render.ts';
import type { LinkedRow } from './probe.ts';
import { fitting } from './search-formats.ts';
import type { FoundFormats } from './search-formats.ts';

const WORDS = ['GENESIS', 'genesis', 'Genesis', 'seed', 'root', 'init', 'start', 'null', 'NULL', 'None', '0'];

/** What may stand for the previous hash in a first row. */
export function possibleGenesis(
  stored: string | null,
  algorithm: ChainAlgorithm,
  bytes: number,
): readonly (string | null)[] {
  const hashed = ['', ...WORDS].map((word) => digest(algorithm, word, 'hex'));
  const zeros = [2 * bytes, 64].map((size) => '0'.repeat(size));
  return [...(stored === null ? [] : [stored]), '', null, ...zeros, ...WORDS, ...hashed];
}

/** What stands for the previous hash in the first rows; undefined when nothing that is known does. */
export function findGenesis(
  rows: readonly LinkedRow[],
  { formats, algorithm, way }: FoundFormats,
  possible: readonly (string | null)[],
  context: RenderContext,
): string | null | undefined {
  const fits = formats.map((format) => fitting(format, algorithm, way, context));
  return possible.find((hashed) => rows.some((row) => fits.some((isFit) => isFit(row, hashed))));
}

/** Is it a word that applications use, or a digest, and so no value of somebody's? */
export function isCommonGenesis(stored: string | null): boolean {
  return (
    stored === null ||
    stored === '' ||
    WORDS.includes(stored) ||
    /^[0-9A-Fa-f]{56,128}$|^[A-Za-z0-9+/]{38,88}={0,2}$/.test(stored)
  );
}
