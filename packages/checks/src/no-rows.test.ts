import { afterEach, expect, it } from 'vitest';
import { resolveConnection, runCapture } from '@pgdrill/core';
import type { Check, Manifest, PlannedCheck } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { content } from './content.ts';
import { everyCheck as plan } from './fixtures/every-check.ts';
import { rowCount } from './row-count.ts';
import { timestampPrecision } from './timestamp-precision.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

const TABLE = `(id int, name text, at timestamptz, on_day timestamp, clock time, zoned timetz, took interval,
  cut timestamptz(3), details jsonb, amount numeric, twice numeric GENERATED ALWAYS AS (amount * 2) STORED, raw bytea, words text[])`;
const TABLES = `CREATE TABLE never ${TABLE}; CREATE TABLE keyed ${TABLE}; ALTER TABLE keyed ADD PRIMARY KEY (id);
  CREATE TABLE emptied ${TABLE}; INSERT INTO emptied (id) SELECT generate_series(1, 9); DELETE FROM emptied;
  CREATE TABLE bare ()`;

/** The same check, which does not say what it measures of no rows, so that the server is asked. */
function asking(check: Check): Check {
  return {
    ...check,
    measure: (table, options) =>
      Object.fromEntries(
        Object.entries(check.measure?.(table, options) ?? {}).map(([name, { sql, merge }]) => [name, { sql, merge }]),
      ),
  };
}

it.each<[digest: string, options: PlannedCheck['options']]>([
  ['128 bits', {}],
  ['SHA-256', { digest: 'sha256' }],
])(
  'what the checks say they measure of no rows is what the server measures, with a digest of %s',
  async (_, options) => {
    const database = await createTestDatabase({ sql: TABLES });
    open.push(database);
    const capture = (adapt: (check: Check) => Check): Promise<Manifest> => {
      const checks = [
        { check: adapt(rowCount), options: {} },
        { check: adapt(content), options },
        { check: adapt(timestampPrecision), options: {} },
      ];
      return runCapture(
        { ...plan, checks },
        resolveConnection(database.url, {}),
        () => undefined,
        new AbortController().signal,
      );
    };
    const [said, measured] = [await capture((check) => check), await capture(asking)];
    expect(said.checks).toEqual(measured.checks);
    expect(Object.keys(said.checks['content']?.tables['public.never']?.measures ?? {}).length).toBeGreaterThan(2);
  },
);
