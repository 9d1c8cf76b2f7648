import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../errors.ts';
import type { Shard } from '../shard.ts';
import type { NamedShard } from './merge-shards.ts';

/** In what two shards of one capture must agree: the first that differs is told. */
const AGREEMENTS: readonly {
  readonly what: string;
  readonly of: (shard: Shard) => unknown;
  /** Worth quoting: short, and without anything private. */
  readonly shown?: (shard: Shard) => string;
}[] = [
  { what: 'versions of pgdrill', of: ({ part }) => part.tool.version, shown: ({ part }) => part.tool.version },
  {
    what: 'numbers of shards',
    of: ({ shard }) => shard.of,
    shown: ({ shard }) => `${shard.index} of ${shard.of}`,
  },
  {
    what: 'databases',
    of: ({ part, snapshot }) => [part.database, part.server, snapshot.serverStartedAt],
    shown: ({ part, snapshot }) => `${part.connection}, server up since ${snapshot.serverStartedAt}`,
  },
  {
    what: 'snapshots',
    of: ({ part, snapshot }) => [part.snapshotId, snapshot.transactions],
    shown: ({ part, snapshot }) => `${part.snapshotId} (${snapshot.transactions})`,
  },
  {
    what: 'checks',
    of: ({ part }) => Object.keys(part.checks),
    shown: ({ part }) => Object.keys(part.checks).join(', '),
  },
  {
    what: 'tables',
    of: ({ part }) => [part.selection, part.tables.map(({ name, kind }) => [name, kind])],
    shown: ({ part }) => `${part.tables.length} tables`,
  },
  { what: 'tiers', of: ({ part }) => part.tier, shown: ({ part }) => part.tier },
  { what: 'configs (options of checks, chains, or what may be revealed)', of: ({ plan, rules }) => [plan, rules] },
  { what: 'settings', of: ({ part }) => othersOf(part) },
];

/** What each shard has of its own, what the first alone looks at, or was compared already. */
const OWN: ReadonlySet<string> = new Set(['since', 'tool', 'capturedAt', 'seconds', 'connection', 'tables', 'checks']);

function othersOf(part: Shard['part']): unknown {
  return Object.fromEntries(Object.entries(part).filter(([key]) => !OWN.has(key)));
}

/**
 * Makes sure that two shards belong to the same capture.
 *
 * @throws UsageError that says in what they differ
 */
export function refuseMismatch(first: NamedShard, other: NamedShard): void {
  for (const { what, of, shown } of AGREEMENTS) {
    if (isDeepStrictEqual(of(first.shard), of(other.shard))) continue;
    const values = shown === undefined ? '' : ` (${shown(first.shard)}; ${shown(other.shard)})`;
    throw new UsageError(
      `${first.name} and ${other.name} are shards of different captures: they have different ${what}${values}. Merge the shards of one capture only.`,
    );
  }
  refuseRewritten(first, other);
}

function refuseRewritten(first: NamedShard, other: NamedShard): void {
  const names = Object.keys({ ...first.shard.files, ...other.shard.files });
  const rewritten = names.filter((name) => first.shard.files[name] !== other.shard.files[name]);
  if (rewritten.length === 0) return;
  throw new UsageError(
    `Between ${first.name} and ${other.name}, ${rewritten.join(', ')} was rewritten or dropped (VACUUM FULL, CLUSTER, REFRESH, TRUNCATE, ALTER TABLE), so their parts ` +
      'do not add up. Export a new snapshot, and capture all shards on that.',
  );
}
