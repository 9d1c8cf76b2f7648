import { createHash, randomInt } from 'node:crypto';
import { quoteIdentifier, quoteQualified } from '../database/identifier.ts';
import type { DatabaseHandle } from '../database/handle.ts';
import { DatabaseError } from '../errors.ts';
import type { Table } from '../table.ts';
import type { KeyColumn, KeyRange, RecordedSample, SampleTier, TableSample } from './tier.ts';

const MEGABYTE = 1024 * 1024;
/** A smaller table is read whole: that takes less time than to ask for ranges of it. */
const SMALL_TABLE_BYTES = 16 * MEGABYTE;
/** What one range is worth, as far as the least and the most number of ranges allow. */
const RANGE_BYTES = 4 * MEGABYTE;
const LEAST_RANGES = 100;
const MOST_RANGES = 2000;
/** Blocks that are looked at for each range, to learn how the keys lie. */
const BLOCKS_PER_RANGE = 8;
const BLOCK_BYTES = 8192;

/**
 * The sample of a tier: as it is, or chosen now, table by table, on the source.
 *
 * @throws DatabaseError when the connection is lost
 */
export async function plannedSample(
  db: DatabaseHandle,
  all: readonly Table[],
  tier: SampleTier,
): Promise<RecordedSample> {
  const { percent, seed = randomInt(2 ** 32) } = tier;
  if (tier.tables !== undefined) return { percent, seed, tables: tier.tables };
  const tables: Record<string, TableSample> = {};
  for (const table of all) tables[table.name] = await readableSample(db, table, percent, seed);
  return { percent, seed, tables };
}

/** What may not be read has no part in the sample; the scan will tell why it could not be read. */
async function readableSample(db: DatabaseHandle, table: Table, percent: number, seed: number): Promise<TableSample> {
  try {
    return await tableSample(db, table, percent, seed);
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlstate === INSUFFICIENT_PRIVILEGE) return { by: 'whole' };
    throw error;
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

async function tableSample(db: DatabaseHandle, table: Table, percent: number, seed: number): Promise<TableSample> {
  // A row that comes to lie in another partition must be in the sample there, or not, as it was here.
  if (table.rowsStayIn !== undefined && table.primaryKey.length > 0) return { by: 'hash', columns: table.primaryKey };
  if (table.bytes < SMALL_TABLE_BYTES || table.primaryKey.length === 0) return { by: 'whole' };
  const key = leadingKey(table);
  if (key.length === 0) return { by: 'hash', columns: table.primaryKey };
  const borders = await keyBorders(db, table, key, seed);
  const all = [...borders.keys(), borders.length].map((index): KeyRange => ({
    from: borders[index - 1] ?? null,
    to: borders[index] ?? null,
  }));
  const wanted = Math.ceil((all.length * percent) / 100);
  const chosen = new Set([...all.keys()].toSorted(byHash(`${seed} ${table.name}`)).slice(0, wanted));
  return { by: 'range', key, of: all.length, ranges: all.filter((_, index) => chosen.has(index)) };
}

/** The first columns of the primary key, as many as order the same everywhere. */
function leadingKey({ columns, primaryKey }: Table): readonly KeyColumn[] {
  const key: KeyColumn[] = [];
  for (const name of primaryKey) {
    const column = columns.find((each) => each.name === name);
    if (column === undefined || !column.builtIn || !isKeyType(column.baseType)) break;
    key.push({ name, type: column.baseType });
  }
  return key;
}

function isKeyType(type: string): type is KeyColumn['type'] {
  return ['int2', 'int4', 'int8', 'uuid'].includes(type);
}

/** Keys that lie about as many rows apart, by a look at some blocks of the table. */
async function keyBorders(
  db: DatabaseHandle,
  { schema, relation, bytes }: Table,
  key: readonly KeyColumn[],
  seed: number,
): Promise<readonly (readonly string[])[]> {
  const ranges = Math.min(MOST_RANGES, Math.max(LEAST_RANGES, Math.ceil(bytes / RANGE_BYTES)));
  const percent = Math.min(100, (100 * ranges * BLOCKS_PER_RANGE * BLOCK_BYTES) / bytes);
  const columns = key.map(({ name }) => `t.${quoteIdentifier(name)}`);
  const numbered = columns.map((column, index) => `${column} AS k${index}`).join(', ');
  const names = columns.map((_, index) => `k${index}`);
  const rows = await db.query(
    `SELECT pg_catalog.to_json(ARRAY[${names.map((name) => `pg_catalog.concat(${name})`).join(', ')}]) AS key
       FROM (SELECT ${numbered}, pg_catalog.row_number() OVER (ORDER BY ${columns.join(', ')}) AS place, pg_catalog.count(*) OVER () AS rows
               FROM ONLY ${quoteQualified(schema, relation)} AS t TABLESAMPLE SYSTEM (${percent}) REPEATABLE (${seed})) AS looked
      CROSS JOIN LATERAL (SELECT greatest(rows / ${ranges}, 1) AS step) AS apart
      WHERE place % step = 0 AND place + step <= rows
      GROUP BY ${names.join(', ')} ORDER BY ${names.join(', ')}`,
  );
  return rows.map((row) => JSON.parse(row['key'] ?? '[]') as string[]);
}

/** An order that looks like chance and is the same wherever it is asked for. */
function byHash(salt: string): (a: number, b: number) => number {
  const hash = (index: number): string => createHash('sha256').update(`${salt} ${index}`).digest('hex');
  const known = new Map<number, string>();
  const of = (index: number): string => {
    const value = known.get(index) ?? hash(index);
    known.set(index, value);
    return value;
  };
  return (a, b) => (of(a) < of(b) ? -1 : 1);
}
