import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { defineCheck } from '../check.ts';
import type { Check, MeasuredTable } from '../check.ts';
import { resolveConnection } from '../database/resolve-connection.ts';
import { openSnapshot } from '../database/snapshot.ts';
import { openWritable } from '../database/writable-connection.ts';
import { CannotVerifyError, UsageError } from '../errors.ts';
import type { CapturePlan } from '../plan.ts';
import { runShard } from '../run-capture.ts';
import type { Shard } from '../shard.ts';
import type { TableSelection } from '../selection/table-selection.ts';
import { mergeShards } from './merge-shards.ts';
import { sealShard } from './seal-shard.ts';

const TABLES = `CREATE TABLE a AS SELECT generate_series(1, 7) AS n; CREATE TABLE b AS SELECT generate_series(1, 5) AS n; CREATE TABLE c (n int)`;

let database: TestDatabase;
let other: TestDatabase;
let sound: readonly [Shard, Shard];
beforeAll(async () => {
  [database, other] = await Promise.all([createTestDatabase({ sql: TABLES }), createTestDatabase({ sql: TABLES })]);
  sound = await capturedOn(database);
});
afterAll(() => Promise.all([database.drop(), other.drop()]));

const count = defineCheck({
  name: 'count',
  summary: '',
  cost: '',
  optionsSchema: {},
  measure: () => ({ rows: { sql: 'count(*)', merge: 'sum' }, most: { sql: 'max(t.n)', merge: 'max' } }),
  observe: async (_db, _options, { tables }) => tables.length,
  judge: () => [],
});
const plan: CapturePlan = {
  checks: [{ check: count, options: {} }],
  chains: [],
  reveal: 'surrogate-keys',
  driver: 'pg',
  workers: 2,
  deadlineSeconds: 60,
};

/** Both halves on one snapshot, with `between` run after the first. */
async function capturedOn(
  { url }: TestDatabase,
  settings: Partial<CapturePlan> = {},
  between = async (): Promise<unknown> => undefined,
): Promise<readonly [Shard, Shard]> {
  const connection = resolveConnection(url, {});
  const holder = await openSnapshot({ connection, driver: 'pg' });
  const part = (index: number): Promise<Shard> => {
    const where = { shard: { index, of: 2 }, snapshotId: holder.snapshotId ?? '' };
    return runShard({ ...plan, ...settings }, connection, where, () => undefined, new AbortController().signal);
  };
  try {
    const first = await part(1);
    await between();
    return [first, await part(2)];
  } finally {
    await holder.close();
  }
}

async function sqlOn({ url }: TestDatabase, text: string): Promise<void> {
  const db = await openWritable(resolveConnection(url, {}), 'pg');
  await db.script(text);
  await db.close();
}

/** Somebody's edit, with a digest that fits again. */
function edited(shard: Shard, edit: (shard: Omit<Shard, 'sha256'>) => unknown): Shard {
  const { sha256: _, ...rest } = structuredClone(shard);
  edit(rest);
  return sealShard(rest);
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function merge(...shards: readonly Shard[]): ReturnType<typeof mergeShards> {
  return mergeShards(shards.map((shard, index) => ({ name: `${index + 1}.json`, shard })));
}

function refusal(...shards: readonly Shard[]): string {
  try {
    merge(...shards);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'merged';
}

describe('mergeShards', () => {
  it('merges the shards of one capture, in any order', () => {
    const { checks } = merge(sound[1], sound[0]);
    expect(checks['count']).toEqual({
      options: {},
      observation: 3,
      tables: {
        'public.a': { measures: { rows: '7', most: '7' } },
        'public.b': { measures: { rows: '5', most: '5' } },
        'public.c': { measures: { rows: '0', most: null } },
      },
    });
    expect(merge(...sound)).toEqual(merge(sound[1], sound[0]));
  });

  it('refuses a shard that is missing, and says how to capture it', () => {
    const { snapshotId } = sound[0].part;
    expect(refusal(sound[1])).toContain('Of 2 shards, one is missing: number 1.');
    expect(refusal(sound[0])).toContain(`--shard 2/2 --snapshot ${snapshotId}`);
  });

  it('refuses a shard that is there twice, by both names', () => {
    expect(refusal(sound[0], sound[1], sound[1])).toContain('Shard 2 of 2 is given twice: 2.json and 3.json.');
  });

  it('refuses shards of another snapshot', async () => {
    const [, second] = await capturedOn(database);
    expect(refusal(sound[0], second)).toContain('different snapshots');
  });

  it('refuses shards of a snapshot that has the same id, but sees others', () => {
    const second = edited(sound[1], ({ snapshot }) => Object.assign(snapshot, { transactions: '1:1:' }));
    expect(refusal(sound[0], second)).toContain('different snapshots');
  });

  it('refuses shards of another database of the same server', async () => {
    const [, second] = await capturedOn(other);
    expect(refusal(sound[0], second)).toContain('different databases');
  });

  it.each<[string, Partial<CapturePlan>, string]>([
    [
      'other checks',
      { checks: [...plan.checks, { check: { ...count, name: 'more' }, options: {} }] },
      'different checks',
    ],
    [
      'the same check with other options',
      { checks: [{ check: count, options: { strict: true } }] },
      'different configs',
    ],
    [
      'a check of the same name with other SQL',
      { checks: [{ check: countingOdd(), options: {} }] },
      'different configs',
    ],
    ['other chains', { chains: [{ table: 'public.a' }] }, 'different configs'],
    ['other tables', { selection: without('b') }, 'different tables'],
    ['other keys to be revealed', { reveal: 'keys' }, 'different configs'],
  ])('refuses shards of %s', async (_, settings, message) => {
    const connection = resolveConnection(database.url, {});
    const holder = await openSnapshot({ connection, driver: 'pg' });
    try {
      const { signal } = new AbortController();
      const capture = (index: number, own: Partial<CapturePlan>): Promise<Shard> => {
        const where = { shard: { index, of: 2 }, snapshotId: holder.snapshotId ?? '' };
        return runShard({ ...plan, ...own }, connection, where, () => undefined, signal);
      };
      const [first, alike, differing] = [await capture(1, {}), await capture(2, {}), await capture(2, settings)];
      expect(refusal(first, alike)).toBe('merged');
      expect(refusal(first, differing)).toContain(message);
    } finally {
      await holder.close();
    }
  });

  it.each<[string, (shard: Writable<Omit<Shard, 'sha256'>>) => unknown, string]>([
    [
      'by another version',
      ({ part }) => Object.assign(part.tool, { version: '0.0.1' }),
      'different versions of pgdrill',
    ],
    [
      'of another number',
      (shard) => Object.assign(shard.shard, { of: 3 }),
      'different numbers of shards (1 of 2; 2 of 3)',
    ],
    ['with other tables', ({ part }) => (part.tables as unknown[]).pop(), 'different tables'],
    ['in another tier', ({ part }) => Object.assign(part, { tier: 'counts' }), 'different tiers (full; counts)'],
    ['under other settings', ({ part }) => Object.assign(part.prelude, { TimeZone: 'CET' }), 'different settings'],
    [
      'of a server that was restarted',
      ({ snapshot }) => Object.assign(snapshot, { serverStartedAt: 'x' }),
      'different databases',
    ],
  ])('refuses shards written %s', (_, edit, message) => {
    expect(refusal(sound[0], edited(sound[1], edit))).toContain(message);
  });

  it('merges shards of some of the tables, whose rules are of these alone', async () => {
    const shards = await capturedOn(database, { selection: without('b') });
    expect(Object.keys(shards[0].rules['count'] ?? {})).toEqual(['public.a', 'public.c']);
    const { selection, checks } = merge(...shards);
    expect(selection?.leftOut).toEqual(['public.b']);
    expect(Object.keys(checks['count']?.tables ?? {})).toEqual(['public.a', 'public.c']);
  });

  it('refuses shards that are empty of a table', () => {
    const without = sound.map((shard) =>
      edited(shard, ({ part }) => {
        const tables = part.checks['count']?.tables as Record<string, MeasuredTable>;
        tables['public.b'] = { measures: {} };
      }),
    );
    expect(refusal(...without)).toContain('The shards are empty of public.b: none of them holds its rows, most.');
  });

  it.each(['VACUUM FULL b', 'TRUNCATE b', 'ALTER TABLE b ADD COLUMN d text DEFAULT random()::text', 'DROP TABLE b'])(
    'refuses shards between which a table was rewritten: %s',
    async (statement) => {
      const own = await createTestDatabase({ sql: TABLES });
      try {
        const shards = await capturedOn(own, {}, () => sqlOn(own, statement));
        expect(refusal(...shards)).toContain('Between 1.json and 2.json, public.b was rewritten or dropped');
      } finally {
        await own.drop();
      }
    },
  );

  it('keeps the error of a table that could not be read', async () => {
    const failing = { ...count, measure: () => ({ x: { sql: 'sum(1 / (t.n - 7))', merge: 'sum' } as const }) };
    const shards = await capturedOn(database, { checks: [{ check: failing, options: {} }] });
    const tables = merge(...shards).checks['count']?.tables;
    expect(tables?.['public.a']?.error).toContain('division by zero');
    expect(tables?.['public.b']?.error).toBeUndefined();
  });
});

describe('runShard', () => {
  it('refuses to go on when a table is rewritten while it reads', async () => {
    const own = await createTestDatabase({ sql: TABLES });
    try {
      // The table b is the second shard's, so that the first has no lock on it.
      const observe: Check['observe'] = async () => (await sqlOn(own, 'TRUNCATE b'), null);
      const shards = capturedOn(own, { checks: [{ check: { ...count, observe }, options: {} }] });
      await expect(shards).rejects.toThrow(/While this shard was captured, public\.b was rewritten/);
      await expect(shards).rejects.toThrow(CannotVerifyError);
    } finally {
      await own.drop();
    }
  });

  it('observes in the first shard alone', () => {
    expect(sound.map(({ part }) => part.checks['count']?.observation)).toEqual([3, null]);
  });
});

function without(table: string): TableSelection {
  return { tables: [], excludeTables: [table], searchPath: null };
}

function countingOdd(): typeof count {
  return { ...count, measure: () => ({ rows: { sql: 'count(*) FILTER (WHERE t.n % 2 = 1)', merge: 'sum' } }) };
}
