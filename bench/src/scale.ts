/**
 * What size costs a capture: thousands of empty tables against an empty database, the whole catalogue of wide ones, and our peak memory at more and
 * more rows.
 *
 * `npm run bench:scale -- [--tables 5000] [--millions 1,5,20] [--rounds 3]`
 */
import { parseArgs } from 'node:util';
import type { ConnectionSettings } from '@pgdrill/core';
import { environmentOf, execute, interruptible, makeDatabase, startBenchServer } from './bench-server.ts';
import { isBuilt, pgdrill } from './program.ts';
import { inTurn, median, run } from './timing.ts';
import type { ProgramRun } from './timing.ts';

const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '5000' },
    millions: { type: 'string', default: '1,5,20' },
    rounds: { type: 'string', default: '3' },
  },
});
/** The checks that read the catalogue alone. */
const OF_THE_CATALOGUE =
  'schema constraints indexes sequences triggers privileges row-security settings extensions large-objects matviews statistics';
const rounds = Number(values.rounds);
const signal = interruptible();
const sandbox = await startBenchServer(signal);
try {
  await manyTables(Number(values.tables));
  await wholeCatalogue(Number(values.tables));
  for (const millions of values.millions.split(',')) await manyRows(Number(millions));
  console.log(`(pgdrill was ${isBuilt ? 'run as built' : 'run from source: npm run build first'})`);
} finally {
  await sandbox.close();
}

async function manyTables(count: number): Promise<void> {
  const empty = await makeDatabase(sandbox, 'empty');
  const many = await makeDatabase(sandbox, 'many');
  await createTables(many, count, ['CREATE TABLE t%s (id bigint PRIMARY KEY, at timestamptz, v text)']);
  const results = await inTurn(rounds, {
    empty: async () => (await capture(empty, [])).seconds,
    many: async () => (await capture(many, [])).seconds,
  });
  const [least, most] = [median(results.empty), median(results.many)];
  console.log(`an empty database              ${least.toFixed(2)} s`);
  console.log(`${count} empty tables              ${most.toFixed(2)} s   aim: under ${(least + 5).toFixed(2)} s`);
}

async function wholeCatalogue(count: number): Promise<void> {
  const connection = await makeDatabase(sandbox, 'catalogue');
  const columns = Array.from({ length: 19 }, (_, index) => `c${index} ${index % 2 === 0 ? 'text' : 'int DEFAULT 1'}`);
  await createTables(connection, count, [
    `CREATE TABLE t%s (id bigint PRIMARY KEY, ${columns.join(', ')})`,
    'CREATE INDEX ON t%s (c0)',
    'CREATE INDEX ON t%s (c1, c2)',
  ]);
  const { seconds, peakBytes } = await capture(connection, OF_THE_CATALOGUE.split(' '));
  console.log(
    `the catalogue of ${count} tables     ${seconds.toFixed(2)} s, peak memory ${(peakBytes / 1e6).toFixed(0)} MB   ` +
      'aim: under 10 s and 150 MB (20 columns and 3 indexes each)',
  );
}

/** @param statements with `%s` for the number of the table */
async function createTables(
  connection: ConnectionSettings,
  count: number,
  statements: readonly string[],
): Promise<void> {
  // A few hundred in a transaction, since each takes locks.
  for (let from = 1; from <= count; from += 250) {
    const create = statements.map((sql) => `EXECUTE format('${sql}', n);`).join(' ');
    const to = Math.min(count, from + 249);
    await execute(connection, `DO $$ BEGIN FOR n IN ${from}..${to} LOOP ${create} END LOOP; END $$`);
  }
}

async function manyRows(millions: number): Promise<void> {
  const connection = await makeDatabase(sandbox, 'rows');
  const row = `n AS id, timestamptz '2026-01-01 00:00:00.123456+00' + n * interval '1.000001 s' AS at, 'value ' || n AS v`;
  await execute(
    connection,
    `CREATE TABLE t AS SELECT ${row} FROM generate_series(1, ${millions * 1_000_000}::bigint) AS n`,
  );
  await execute(connection, 'ALTER TABLE t ADD PRIMARY KEY (id)');
  await execute(connection, 'VACUUM ANALYZE t');
  const { seconds, peakBytes } = await capture(connection, ['content', 'row-count', 'timestamp-precision']);
  const speed = (seconds / millions).toFixed(2);
  console.log(
    `${String(millions).padStart(3)} million rows               ${seconds.toFixed(2)} s, ${speed} s for each million, ` +
      `peak memory ${(peakBytes / 1e6).toFixed(0)} MB   aim: under 150, the same within 10 per cent`,
  );
}

async function capture(connection: ConnectionSettings, checks: readonly string[]): Promise<ProgramRun> {
  const args = ['capture', '--out', '-', ...checks.flatMap((name) => ['--check', name])];
  return run(process.execPath, [...pgdrill, ...args], { env: environmentOf(connection) });
}
