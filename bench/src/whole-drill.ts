/**
 * What a whole drill costs: at many rows against the bare `pg_dump` and `pg_restore` of the same database, with our peak memory; at 24 rows against
 * the same loop written in shell. All in one run.
 *
 * `npm run bench:drill -- [--rows 1000000] [--rounds 3]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ConnectionSettings } from '@pgdrill/core';
import { loadAuditChain } from '@pgdrill/sandbox';
import type { Sandbox } from '@pgdrill/sandbox';
import { environmentOf, interruptible, makeDatabase, startBenchServer } from './bench-server.ts';
import { bareDumpAndRestore, wholeDrill } from './drills.ts';
import { isBuilt } from './program.ts';
import { inTurn, median, ratio, run } from './timing.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const signal = interruptible();
const peaks = new Map<string, number>();
const sandbox = await startBenchServer(signal);
const directory = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
try {
  const small = await load(sandbox, 'small', 24);
  const large = await load(sandbox, 'large', rows);

  const many = await inTurn(rounds, {
    bare: () => bareDumpAndRestore(sandbox, large, directory, ['-Fc'], ['-j1']),
    drill: () => drill(large, []),
    'bare, directory, 2 jobs': () => bareDumpAndRestore(sandbox, large, directory, ['-Fd', '-j2'], ['-j2']),
    'drill, directory, 2 jobs, level 1': () =>
      drill(large, ['--format', 'directory', '--jobs', '2', '--compress', '1']),
  });
  const few = await inTurn(Math.max(5, rounds), { shell: () => shellLoop(small), drill: () => drill(small, []) });
  // Not before: it would drive what is timed out of the server's memory.
  await drill(await load(sandbox, 'larger', rows * 3), []);

  console.log(`${rows} rows`);
  for (const [name, seconds] of Object.entries(many))
    console.log(`  ${name.padEnd(34)} ${median(seconds).toFixed(2)} s`);
  console.log(
    `  drill / bare                       ${ratio(many.drill, many.bare)}   aim: at most 1.5, with content 1.25`,
  );
  console.log(
    `  drill, directory / bare -Fc        ${ratio(many['drill, directory, 2 jobs, level 1'], many.bare)}   aim: under 1`,
  );
  for (const [name, bytes] of peaks)
    console.log(`  our peak memory, ${name.padEnd(17)} ${(bytes / 1e6).toFixed(0)} MB   aim: under 150, flat`);
  console.log(`  (pgdrill was ${isBuilt ? 'run as built' : 'run from source: npm run build first'})`);
  console.log('24 rows');
  for (const [name, seconds] of Object.entries(few))
    console.log(`  ${name.padEnd(34)} ${median(seconds).toFixed(3)} s`);
  console.log(`  drill / shell                      ${ratio(few.drill, few.shell)}   aim: at most 4`);
} finally {
  await rm(directory, { recursive: true, force: true });
  await sandbox.close();
}

async function load(server: Sandbox, name: string, count: number): Promise<ConnectionSettings> {
  process.stderr.write(`loading ${count} rows into ${name}\n`);
  const connection = await makeDatabase(server, name);
  await loadAuditChain({ connection, driver: 'pg', rows: count, signal });
  return connection;
}

async function drill(connection: ConnectionSettings, args: readonly string[]): Promise<number> {
  const { seconds, peakBytes } = await wholeDrill(sandbox, connection, args);
  peaks.set(connection.database, Math.max(peaks.get(connection.database) ?? 0, peakBytes));
  return seconds;
}

async function shellLoop(connection: ConnectionSettings): Promise<number> {
  const script = join(import.meta.dirname, 'shell-loop.sh');
  return (await run('sh', [script, join(directory, 'shell.dump')], { env: environmentOf(connection) })).seconds;
}
