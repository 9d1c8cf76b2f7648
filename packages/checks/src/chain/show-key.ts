import { createHash } from 'node:crypto';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';

/**
 * How a report may show the keys in a column: integers and uuids as they are, others as a short hash, unless the config reveals them.
 *
 * @param relation the table, quoted for SQL
 */
export async function keyShower(
  db: DatabaseHandle,
  relation: string,
  column: string,
  reveal: ObserveContext['reveal'],
): Promise<(key: string) => string> {
  if (reveal === 'keys') return (key) => key;
  const [row] = await db.query(
    `SELECT t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::regclass AND a.attname = $2`,
    [relation, column],
  );
  if (['int2', 'int4', 'int8', 'uuid'].includes(row?.['typname'] ?? '')) return (key) => key;
  return (key) => `#${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}
