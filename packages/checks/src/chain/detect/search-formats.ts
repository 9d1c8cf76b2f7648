import { Buffer } from 'node:buffer';
import type { ChainAlgorithm, ChainFormat } from '@pgdrill/core';
import type { RenderContext } from '../format/render.ts';
import type { Budget } from './budget.ts';
import type { Family } from './candidate.ts';
import { families } from './families.ts';
import { siblings } from './field-forms.ts';
import { hexOf } from './hash-way.ts';
import type { HashWay, ReadKey } from './hash-way.ts';
import { memoryRender } from './memory-render.ts';
import { probeOf } from './probe.ts';
import type { LinkedRow, Probe } from './probe.ts';

/** What is known before formats are searched. */
export interface SearchGround extends Pick<Probe, 'context' | 'columns' | 'prevColumn'> {
  readonly algorithms: readonly ChainAlgorithm[];
  /** Of an HMAC; null for plain hashes. */
  readonly key: ReadKey | null;
}

/** How far the candidates of one family came. */
export interface TriedFamily {
  readonly family: string;
  readonly algorithm: ChainAlgorithm;
  readonly candidates: number;
  /** Rows of the sample that the best of them fits. */
  readonly fits: number;
}

/** Formats that together fit the rows, or some of them. */
export interface FoundFormats {
  readonly algorithm: ChainAlgorithm;
  readonly formats: readonly ChainFormat[];
  readonly way: HashWay;
  readonly fits: number;
}

/** So many formats may share a chain. */
const MOST_FORMATS = 3;
/** So few rows that no format fits are rather damaged than of another format. */
const FEW = 0.1;
/** No kind of format may take more than this share of the candidates: with many columns, any of them could take all. */
const SHARE_OF_A_FAMILY = 0.2;
/** The same for algorithms that are met less often. */
const SHARE_OF_THE_RARE = 0.05;
/** After a format that fits some rows, so many more candidates may fit all. */
const AFTER_A_FIT = 100_000;

/** Searches formats that reproduce the hashes of all rows: one, else several of which each fits some. */
export async function searchFormats(
  rows: readonly LinkedRow[],
  ground: SearchGround,
  budget: Budget,
  note: (tried: TriedFamily) => void,
): Promise<FoundFormats | null> {
  if (rows.length === 0) return null;
  const formats: ChainFormat[] = [];
  let { algorithms } = ground;
  let way: HashWay = { charset: 'utf8', key: ground.key };
  let left = rows;
  while ((left === rows || left.length > rows.length * FEW) && formats.length < MOST_FORMATS && !budget.isSpent()) {
    const found = await searchOne(left, { ...ground, algorithms }, budget, note);
    if (found === null) break;
    formats.push(found.format);
    algorithms = [found.algorithm];
    way = found.way;
    const isFit = fitting(found.format, found.algorithm, found.way, ground.context);
    left = left.filter((row) => !isFit(row));
  }
  const [algorithm] = algorithms;
  return formats.length === 0 || algorithm === undefined
    ? null
    : { algorithm, formats, way, fits: rows.length - left.length };
}

interface Best {
  readonly format: ChainFormat;
  readonly algorithm: ChainAlgorithm;
  readonly way: HashWay;
  readonly fits: number;
}

async function searchOne(
  rows: readonly LinkedRow[],
  ground: SearchGround,
  budget: Budget,
  note: (tried: TriedFamily) => void,
): Promise<Best | null> {
  const probeRow = clearest(rows, ground);
  const way: HashWay = { charset: 'utf8', key: ground.key };
  let best: Best | null = null;
  let last = Infinity;
  for (const { family, algorithm } of turns(ground.algorithms)) {
    const probe = probeOf(probeRow, { ...ground, algorithm });
    const before = budget.tried();
    const share = algorithm === ground.algorithms[0] ? SHARE_OF_A_FAMILY : SHARE_OF_THE_RARE;
    const most = before + budget.bounds.candidates * share;
    let fits = 0;
    for (const { hashed, format } of family.candidates(probe)) {
      budget.count();
      if (hexOf(way, algorithm, hashed) === probe.hash) {
        const refined = refine(format(), algorithm, way, rows, ground.context);
        fits = Math.max(fits, refined.fits);
        if (best === null) last = budget.tried() + AFTER_A_FIT;
        if (refined.fits > (best?.fits ?? 0)) best = refined;
        if (refined.fits === rows.length) break;
      }
      if (budget.isSpent() || budget.tried() > last || budget.tried() >= most) break;
      await budget.breathe();
    }
    note({ family: family.name, algorithm, candidates: budget.tried() - before, fits });
    if (best?.fits === rows.length || budget.isSpent() || budget.tried() > last) break;
  }
  return best;
}

function turns(
  algorithms: readonly ChainAlgorithm[],
): readonly { readonly family: Family; readonly algorithm: ChainAlgorithm }[] {
  return [1, 2, 3].flatMap((effort) =>
    algorithms.flatMap((algorithm) =>
      families.filter((family) => family.effort === effort).map((family) => ({ family, algorithm })),
    ),
  );
}

/** The row with the fewest values that are NULL, empty, or alike: on any other, more candidates would look the same. Of rows as clear, one in ASCII: it is hashed alike in all encodings. */
function clearest(rows: readonly LinkedRow[], { columns }: SearchGround): LinkedRow {
  const dim = ({ row }: LinkedRow): number => {
    const values = columns.map(({ name }) => row[name] ?? null);
    const told = values.filter((value) => value !== null && value !== '');
    const others = told.every((value) => isAscii(value ?? '')) ? 0 : 0.5;
    return others + 2 * (values.length - told.length) + (told.length - new Set(told).size);
  };
  return rows.reduce((best, row) => (dim(row) < dim(best) ? row : best));
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** The format, or one that looks the same on the probe and fits more rows. */
function refine(
  format: ChainFormat,
  algorithm: ChainAlgorithm,
  way: HashWay,
  rows: readonly LinkedRow[],
  context: RenderContext,
): Best {
  let best: Best = { format, algorithm, way, fits: 0 };
  for (const charset of ['utf8', 'latin1'] as const) {
    for (const sibling of [format, ...siblings(format)]) {
      const isFit = fitting(sibling, algorithm, { ...way, charset }, context);
      const fits = rows.filter((row) => isFit(row)).length;
      if (fits > best.fits) best = { format: sibling, algorithm, way: { ...way, charset }, fits };
      if (fits === rows.length) return best;
    }
  }
  return best;
}

/** Does a format reproduce a row's hash? */
export function fitting(
  format: ChainFormat,
  algorithm: ChainAlgorithm,
  way: HashWay,
  context: RenderContext,
): (row: LinkedRow, prev?: string | null) => boolean {
  const render = memoryRender(format, context);
  return ({ row, prev, hash }, instead) => {
    try {
      return hexOf(way, algorithm, render(row, instead === undefined ? prev : instead)) === hash;
    } catch {
      // A value that has no such form cannot have been hashed in it.
      return false;
    }
  };
}
