import type { MeasuredBuckets, MeasuredTable, Measure } from '../check.ts';
import { UsageError } from '../errors.ts';
import { mergeMeasure } from '../scan/merge-measure.ts';

type Rules = Readonly<Record<string, Measure['merge']>>;
type Measures = MeasuredTable['measures'];

/**
 * What all shards together measured of one table: the same as one capture of all of it.
 *
 * @param rules in the order of the result
 * @param parts one of each shard; of a shard that read nothing of the table, without measures
 * @throws UsageError when no shard has measured it
 */
export function mergeTables(name: string, rules: Rules, parts: readonly MeasuredTable[]): MeasuredTable {
  const failed = parts.find(({ error }) => error !== undefined);
  if (failed) return failed;
  const measures = mergeAll(
    rules,
    parts.map((part) => part.measures),
  );
  const lacking = Object.keys(rules).filter((measure) => !parts.some((part) => Object.hasOwn(part.measures, measure)));
  if (lacking.length > 0) {
    throw new UsageError(
      `The shards are empty of ${name}: none of them holds its ${lacking.join(', ')}. Capture all shards anew.`,
    );
  }
  const divided = parts.flatMap(({ buckets }) => buckets ?? []);
  return divided.length === 0 ? { measures } : { measures, buckets: mergeBuckets(name, rules, divided) };
}

function mergeAll(rules: Rules, parts: readonly Measures[]): Measures {
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [
      name,
      parts.map((part) => part[name] ?? null).reduce((left, right) => mergeMeasure(rule, left, right), null),
    ]),
  );
}

/** A table that grew while it was captured may have been divided finer in a later shard: by the contract of `Buckets`, those fold into fewer. */
function mergeBuckets(name: string, rules: Rules, parts: readonly MeasuredBuckets[]): MeasuredBuckets {
  const [{ scheme }] = parts as readonly [MeasuredBuckets];
  const count = Math.min(...parts.map((part) => part.count));
  if (parts.some((part) => part.count !== count && !(isPowerOfTwo(part.count) && isPowerOfTwo(count)))) {
    throw new UsageError(
      `The shards divide ${name} into different numbers of buckets, which are no powers of two and cannot be folded. Capture all shards anew.`,
    );
  }
  const values = parts.flatMap((part) =>
    Object.entries(part.values).map(([bucket, measures]) => ({ bucket: Number(bucket) % count, measures })),
  );
  const merged = [...Map.groupBy(values, ({ bucket }) => bucket)].map(
    ([bucket, each]) =>
      [
        bucket,
        mergeAll(
          rules,
          each.map(({ measures }) => measures),
        ),
      ] as const,
  );
  return { scheme, count, values: Object.fromEntries(merged) };
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}
