import type { ShardPlace } from '../shard.ts';

/** Heap blocks `from` (inclusive) to `to` (exclusive; null: to the end). */
export interface BlockRange {
  readonly from: number;
  readonly to: number | null;
}

/** 4 MB: a table that is smaller has one stripe. */
const FIRST_STRIPE_BLOCKS = 512;
/** 64 MB: about what is read in half a second. */
const LAST_STRIPE_BLOCKS = 8192;
/** Stripes of one size that each shard gets of a table before they double: few queries, and shares that are not far apart whatever the table's size. */
const STRIPES_BEFORE_DOUBLING = 2;

/**
 * The stripes of one table that one shard reads. They depend on the number of shards alone, not on the table's size: that grows while others write, and
 * each shard would be told another. All blocks that existed when the snapshot was taken are in exactly one shard's stripes.
 *
 * @param position of the table in the order of all tables, so that the first stripes do not all go to the first shard
 * @param blocks of the table now: at least as many as hold rows that the snapshot sees
 */
export function stripesOf(position: number, blocks: number, { index, of }: ShardPlace): readonly BlockRange[] {
  const stripes: BlockRange[] = [];
  let from = 0;
  for (let stripe = 0; stripe === 0 || from < blocks; stripe += 1) {
    const to = from + stripeBlocks(stripe, of);
    if (firstShardOf(position + stripe, of) === index) stripes.push({ from, to });
    from = to;
  }
  return stripes;
}

/** The shard that reads the first stripe of a table, or the whole of one that is not divided. */
export function firstShardOf(position: number, of: number): number {
  return (position % of) + 1;
}

function stripeBlocks(stripe: number, of: number): number {
  return Math.min(LAST_STRIPE_BLOCKS, FIRST_STRIPE_BLOCKS * 2 ** Math.floor(stripe / (STRIPES_BEFORE_DOUBLING * of)));
}
