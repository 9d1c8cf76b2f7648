import { setTimeout as sleep } from 'node:timers/promises';
import { openWritable, resolveConnection, type Report } from '@pgdrill/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

/** More of them prove more and take longer. */
const DRILLS = Number(process.env['PGDRILL_TEST_DRILLS'] ?? 5);

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(20_000));
});
afterAll(() => source.drop());

const INSERT = `INSERT INTO public.audit_events (id, actor, actor_type, action, resource_type, resource_id, details, timestamp)
  VALUES (gen_random_uuid()::text, 'writer', 'service', 'cert.renew', 'certificate', 'c-1', '{"load": 1.10}', clock_timestamp())`;

/** Inserts without pause until it is told to stop; returns how many rows. */
const insertUntil = async (stopped: () => boolean): Promise<number> => {
  const connection = await openWritable(resolveConnection(source.url, {}), 'pg');
  try {
    let rows = 0;
    for (; !stopped(); rows += 1) await connection.query(INSERT);
    return rows;
  } finally {
    await connection.close();
  }
};

test(
  `${DRILLS} drills in a row pass while another client inserts rows without pause`,
  { timeout: 60_000 + DRILLS * 20_000 },
  async () => {
    let stop = false;
    const inserting = insertUntil(() => stop);
    const counts: number[] = [];
    try {
      for (let drill = 0; drill < DRILLS; drill += 1) {
        const args = [
          'run',
          '--source',
          '$SOURCE',
          '--reporter',
          'json',
          '--driver',
          drill % 2 === 0 ? 'pg' : 'postgres',
        ];
        const ended = await runCli(args, { cwd: newFolder(), env: { SOURCE: source.url } });
        expect(ended).toMatchObject({ code: 0, leftFiles: [], leftProcesses: [] });
        const { checks } = JSON.parse(ended.out) as Report;
        const counted = checks.find(({ name }) => name === 'row-count')?.subjects ?? [];
        counts.push(Number(counted.find(({ name }) => name === 'public.audit_events')?.before));
        await sleep(50);
      }
    } finally {
      stop = true;
    }
    expect(await inserting).toBeGreaterThan(DRILLS);
    // Each drill saw more rows than the one before: there was something to be wrong about.
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(new Set(counts).size).toBe(DRILLS);
    expect(await source.leftDatabases()).toEqual([]);
  },
);
