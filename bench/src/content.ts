/**
 * What a content proof costs, against `COPY` to nowhere and against pgcopydb's 32-bit expression; then a whole drill of the same tables, against the bare
 * `pg_dump` and `pg_restore`. All in one run.
 *
 * `npm run bench:content -- [--scale 50] [--audit 2000000] [--wide 500000] [--rounds 3] [--drills 3]`; `--drills 0` times no drills
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtinChecks } from '@pgdrill/checks';
import { openSnapshot, runCapture } from '@pgdrill/core';
import type { AnyCheck, CapturePlan, ConnectionSettings } from '@pgdrill/core';
import { loadAuditChain } from '@pgdrill/sandbox';
import { execute, interruptible, makeDatabase, startBenchServer } from './bench-server.ts';
import { accounts, wide } from './content-tables.ts';
import { bareDumpAndRestore, wholeDrill } from './drills.ts';
import { inTurn, median, ratio, time } from './timing.ts';

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '50' },
    audit: { type: 'string', default: '2000000' },
    wide: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '3' },
    drills: { type: 'string', default: '3' },
  },
});
const signal = interruptible();
const sandbox = await startBenchServer(signal);
const directory = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
try {
  const connection = await makeDatabase(sandbox, 'bench');
  process.stderr.write(`${sandbox.description}: loading\n`);
  await loadAuditChain({ connection, driver: 'pg', rows: Number(values.audit), signal });
  for (const statement of [
    accounts(Number(values.scale)),
    wide(Number(values.wide)),
    'VACUUM ANALYZE audit_events',
  ].flatMap((sql) => sql.split(';'))) {
    await execute(connection, statement);
  }
  const tables = ['accounts', 'audit_events', 'wide'];
  const results = await inTurn(Number(values.rounds), {
    'COPY, one after another': () =>
      time(() =>
        inOrder(
          connection,
          tables.map((table) => `COPY ${table} TO '/dev/null'`),
        ),
      ),
    'pgcopydb, 2 workers': () => time(() => pgcopydb(connection, tables)),
    'content alone, 2 workers': () => time(() => capture(connection, ['content'])),
    'content, row-count, timestamp-precision': () =>
      time(() => capture(connection, ['content', 'row-count', 'timestamp-precision'])),
  });
  const [copy, peer, alone, all] = Object.values(results) as [number[], number[], number[], number[]];
  for (const [name, seconds] of Object.entries(results))
    console.log(`${name.padEnd(42)} ${median(seconds).toFixed(2)} s`);
  console.log(`all three checks / COPY                    ${ratio(all, copy)}   aim: 0.8, at most 1`);
  console.log(`all three checks / pgcopydb                ${ratio(all, peer)}   aim: 0.8, at most 1`);
  console.log(`all three checks / content alone           ${ratio(all, alone)}   aim: under 1.10`);

  if (Number(values.drills) > 0) await timeDrills(connection);
} finally {
  await rm(directory, { recursive: true, force: true });
  await sandbox.close();
}

/** Whole drills against the bare `pg_dump` and `pg_restore`. */
async function timeDrills(connection: ConnectionSettings): Promise<void> {
  const checks = ['content', 'row-count', 'timestamp-precision'].flatMap((name) => ['--check', name]);
  const fast = ['--format', 'directory', '--jobs', '2', '--compress', '1'];
  const whole = await inTurn(Number(values.drills), {
    'bare -Fc': () => bareDumpAndRestore(sandbox, connection, directory, ['-Fc'], ['-j1']),
    'drill, these three checks': () => drill(connection, checks),
    'drill, all checks': () => drill(connection, []),
    'bare, directory, 2 jobs': () => bareDumpAndRestore(sandbox, connection, directory, ['-Fd', '-j2'], ['-j2']),
    'drill, directory, 2 jobs': () => drill(connection, ['--format', 'directory', '--jobs', '2', ...checks]),
    'drill, directory, 2 jobs, level 1': () => drill(connection, [...fast, ...checks]),
    'the same, all checks': () => drill(connection, fast),
  });
  const bare = whole['bare -Fc'];
  for (const [name, seconds] of Object.entries(whole))
    console.log(`${name.padEnd(42)} ${median(seconds).toFixed(2)} s   ${ratio(seconds, bare)} of bare -Fc`);
  const paired = ratio(whole['drill, directory, 2 jobs'], whole['bare, directory, 2 jobs']);
  console.log(`drill, directory / bare directory          ${paired}   aim: at most 1.25`);
  console.log('aims: a drill of these checks at most 1.25 of bare -Fc; directory, 2 jobs, level 1 under 1');
}

async function drill(connection: ConnectionSettings, args: readonly string[]): Promise<number> {
  return (await wholeDrill(sandbox, connection, args)).seconds;
}

async function inOrder(connection: ConnectionSettings, statements: readonly string[]): Promise<void> {
  for (const statement of statements)
    await execute(connection, `SET max_parallel_workers_per_gather = 0; ${statement}`);
}

/** Two connections, each taking whole tables, the largest first: as `pgcopydb compare data` deals them. */
async function pgcopydb(connection: ConnectionSettings, tables: readonly string[]): Promise<void> {
  const queue = tables.toSorted((a, b) => tables.indexOf(b) - tables.indexOf(a));
  const session = await openSnapshot({ connection, driver: 'pg', signal });
  const worker = async (): Promise<void> => {
    const db = await session.openWorker();
    for (let table = queue.pop(); table !== undefined; table = queue.pop()) {
      await db.query(`SELECT count(1), sum(hashtext(t::text)::bigint) FROM public.${table} AS t`);
    }
  };
  await Promise.all([worker(), worker()]);
  await session.close();
}

async function capture(connection: ConnectionSettings, names: readonly string[]): Promise<void> {
  const checks = names.map((name) => ({
    check: builtinChecks.find((check) => check.name === name) as AnyCheck,
    options: {},
  }));
  const plan: CapturePlan = {
    checks,
    chains: [],
    reveal: 'surrogate-keys',
    driver: 'pg',
    workers: 2,
    deadlineSeconds: 3600,
  };
  const manifest = await runCapture(plan, connection, () => undefined, signal);
  const errors = Object.values(manifest.checks).flatMap((check) => [
    check.error,
    ...Object.values(check.tables).map(({ error }) => error),
  ]);
  const first = errors.find((error) => error !== undefined);
  if (first !== undefined) throw new Error(first);
}
