import { UsageError } from '../errors.ts';

/** How much of the rows is read. */
export type Tier = FullTier | CountsTier | SampleTier;

/** Every row of every table. */
export interface FullTier {
  readonly name: 'full';
}

/** Rows are counted, and no value is read but those of hash chains. */
export interface CountsTier {
  readonly name: 'counts';
}

/** Rows are counted, and some of them are read: the same on both sides. */
export interface SampleTier {
  readonly name: 'sample';
  /** Of the rows, above 0 and below 100. */
  readonly percent: number;
  /** Chooses the sample; any unless given. */
  readonly seed?: number;
  /** By table name, what is in the sample; chosen on the source unless given. */
  readonly tables?: Readonly<Record<string, TableSample>>;
}

/** A column by whose values a table is divided. */
export interface KeyColumn {
  readonly name: string;
  /** Types whose order is the same on every server, and whose values a manifest may hold. */
  readonly type: 'int2' | 'int4' | 'int8' | 'uuid';
}

/** From a key (inclusive) to a key (exclusive), each as text, column by column; null: from the first, to the last. */
export interface KeyRange {
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
}

/** What of one table is in a sample. */
export type TableSample =
  /** Some ranges of its primary key, out of `of` that hold about as many rows each. */
  | {
      readonly by: 'range';
      readonly key: readonly KeyColumn[];
      readonly of: number;
      readonly ranges: readonly KeyRange[];
    }
  /** The rows whose primary key has certain hashes: all rows must be looked at, but only these are read in whole. */
  | { readonly by: 'hash'; readonly columns: readonly string[] }
  /** All of it: it is small, or has no primary key by which the same rows could be found again. */
  | { readonly by: 'whole' };

/** What a reader of a report is told of a sample. */
export interface SampleFacts {
  readonly percent: number;
  readonly seed: number;
}

/** A sample as a manifest keeps it. */
export interface RecordedSample extends SampleFacts {
  readonly tables: Readonly<Record<string, TableSample>>;
}

/**
 * Reads a tier as it is written: `full`, `sample:N%` or `counts`.
 *
 * @throws UsageError for any other text
 */
export function parseTier(text: string): Tier {
  if (text === 'full' || text === 'counts') return { name: text };
  const percent = Number(/^sample:(\d{1,2}(?:\.\d{1,4})?)%$/.exec(text)?.[1]);
  if (percent > 0) return { name: 'sample', percent };
  throw new UsageError(
    `The tier ${JSON.stringify(text)} is none. Write full, counts, or sample:N% with N above 0 and below 100, such as sample:10%.`,
  );
}

/** A tier as it is written, with the seed of a sample, for reports and messages. */
export function tierText({ tier, sample }: { readonly tier: Tier['name']; readonly sample?: SampleFacts }): string {
  return sample === undefined ? tier : `sample:${sample.percent}%, seed ${sample.seed}`;
}
