import { setTimeout as sleep } from 'node:timers/promises';
import { openWritable, resolveConnection, type Report } from '@pgdrill/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testServerUrl } from '../../../sandbox/src/testing/test-database.ts';
import { createDrillDatabase, query, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli } from '../testing/run-cli.ts';

const KILLS = 10;
const TABLE = `CREATE TABLE t AS SELECT n AS id, repeat('x', 150) AS filler FROM generate_series(1, 150000) AS n`;

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(async (url) => void (await query(url, TABLE)));
});
afterAll(() => source.drop());

/** Terminates backends of the source's role that scan a table, on either side of the drill; returns how many. */
async function killScans(running: { readonly now: boolean }): Promise<number> {
  const killer = await openWritable(resolveConnection(testServerUrl(), {}), 'pg');
  const scans = `FROM pg_stat_activity WHERE usename = '${source.role}' AND state = 'active' AND query LIKE '%to_json(ARRAY%' LIMIT 1`;
  try {
    let killed = 0;
    while (running.now && killed < KILLS) {
      killed += (await killer.query(`SELECT pg_terminate_backend(pid)::text AS told ${scans}`)).length;
      await sleep(5);
    }
    return killed;
  } finally {
    await killer.close();
  }
}

test('run, whose scanning backends are terminated again and again, is right or says that it could not verify', async () => {
  const running = { now: true };
  const killing = killScans(running);
  const args = ['run', '--source', '$SOURCE', '--reporter', 'json'];
  const ended = await runCli(args, { cwd: newFolder(), env: { SOURCE: source.url } }).finally(
    () => (running.now = false),
  );
  expect(await killing).toBeGreaterThan(0);
  expect(ended).toMatchObject({ leftFiles: [], leftProcesses: [] });
  const { verdict, checks } = JSON.parse(ended.out) as Report;
  expect([ended.code, verdict]).toEqual(ended.code === 0 ? [0, 'passed'] : [3, 'unverified']);
  expect(checks.flatMap(({ findings }) => findings)).toEqual([]);
  expect(await source.leftDatabases()).toEqual([]);
});
