import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection, trialDatabase } from '@pgdrill/core';
import type { TrialDatabase, WritableConnection } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { OWN, ownRowsOf, tableBefore } from './own-rows.ts';

describe.each(['pg', 'postgres'] as const)('the rows that a transaction wrote, over %s', (driver) => {
  let database: TestDatabase;
  let connection: WritableConnection;
  let trials: TrialDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({
      sql: `CREATE TABLE t (n int, filler text); INSERT INTO t SELECT n, repeat('x', 500) FROM generate_series(1, 200) AS n;
            CREATE TABLE holes (n int, filler text); INSERT INTO holes SELECT n, repeat('x', 500) FROM generate_series(1, 200) AS n;
            CREATE TABLE parent (n int); CREATE TABLE child () INHERITS (parent);
            CREATE TABLE parted (n int) PARTITION BY LIST (n); CREATE TABLE parted_one PARTITION OF parted DEFAULT;`,
    });
    connection = await openWritable(resolveConnection(database.url, {}), driver);
    await connection.script('DELETE FROM holes WHERE n < 100');
    await connection.script('VACUUM holes');
    trials = trialDatabase(connection);
  });
  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  /** Where the rows that a statement wrote were looked for, and which were found. */
  const found = (table: string, sql: string): Promise<{ readonly everywhere: boolean; readonly rows: unknown }> =>
    trials.rolledBack(async (trial) => {
      const relation = `public.${table}`;
      const before = await tableBefore(trial.reader, relation);
      await trial.query('SELECT pg_catalog.txid_current()');
      await trial.query(sql);
      const own = await ownRowsOf(trial, relation, before);
      const rows = await trial.reader.query(`SELECT n FROM ${relation} AS t WHERE ${own} ORDER BY n`);
      return { everywhere: own === OWN, rows: rows.map(({ n }) => n) };
    });

  it('are looked for at the end of the table, as often as it is tried', async () => {
    const insert = 'INSERT INTO t VALUES (1001), (1002)';
    expect(await found('t', insert)).toEqual({ everywhere: false, rows: ['1001', '1002'] });
    expect(await found('t', insert)).toEqual({ everywhere: false, rows: ['1001', '1002'] });
  });

  it.each([
    ['they fill a hole', 'holes', 'INSERT INTO holes SELECT 1001, repeat($$x$$, 500)', ['1001']],
    [
      'one was written again',
      't',
      `DO $$ BEGIN INSERT INTO public.t VALUES (1001); UPDATE public.t SET n = 1002 WHERE n = 1001; END $$`,
      ['1002'],
    ],
    ['there is none', 't', 'SELECT 1', []],
    [
      'the server counts nothing',
      'holes',
      'DO $$ BEGIN SET LOCAL track_counts = off; INSERT INTO public.holes SELECT 1001, repeat($x$x$x$, 500); END $$',
      ['1001'],
    ],
    ['they lie in a partition', 'parted', 'INSERT INTO parted VALUES (1001)', ['1001']],
    ['they lie in a child', 'parent', 'INSERT INTO child VALUES (1001)', ['1001']],
  ])('are looked for everywhere when %s', async (_, table, sql, rows) => {
    expect(await found(table, sql)).toEqual({ everywhere: true, rows });
  });
});
