/**
 * Whole drills in every way there is: four formats, two drivers, two runtimes, with 24 rows and with many. Each has to pass, with the four assertions
 * that this project began with in its report, before and after alike. What each took is shown beside.
 *
 * `npm run bench:every-way -- [--rows 1000000]`
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from '@pgdrill/core';
import { loadAuditChain } from '@pgdrill/sandbox';
import { environmentOf, interruptible, makeDatabase, startBenchServer } from './bench-server.ts';
import { pgdrill, pgdrillOnDeno } from './program.ts';
import { run } from './timing.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const signal = interruptible();
const runtimes = {
  node: [process.execPath, ...pgdrill],
  deno: pgdrillOnDeno,
} as const;
const ASSERTIONS = ['row-count', 'head-hash', 'verify-chain', 'walked-count'];

const sandbox = await startBenchServer(signal);
const directory = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
try {
  for (const rows of [24, Number(values.rows)]) {
    const connection = await makeDatabase(sandbox, `rows_${rows}`);
    await loadAuditChain({ connection, driver: 'pg', rows, signal });
    console.log(`${rows} rows`);
    for (const [runtime, [command, ...flags]] of Object.entries(runtimes)) {
      for (const driver of ['pg', 'postgres']) {
        for (const format of ['custom', 'directory', 'tar', 'plain']) {
          const args = [
            ...flags,
            'run',
            '--format',
            format,
            '--driver',
            driver,
            '--out',
            directory,
            '--reporter',
            'json',
          ];
          const { seconds, peakBytes } = await run(command, args, { env: environmentOf(connection) });
          const head = proven(JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as Report, rows);
          console.log(
            `  ${runtime} ${driver.padEnd(8)} ${format.padEnd(9)} passed  ${seconds.toFixed(2).padStart(6)} s  ${(peakBytes / 1e6).toFixed(0).padStart(4)} MB  head ${head}`,
          );
        }
      }
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
  await sandbox.close();
}

/** Throws unless the report shows that the four assertions held; returns the beginning of the head's hash. */
function proven(report: Report, rows: number): string {
  const shown = ASSERTIONS.map((name) => {
    const check = report.checks.find((of) => of.name === name);
    const subject = check?.subjects.find((of) => of.name === 'public.audit_events');
    if (check?.verdict !== 'passed' || subject === undefined) throw new Error(`${name} did not pass.`);
    return subject;
  });
  const [count, head, , walked] = shown;
  if (count?.after !== rows || walked?.after !== rows || walked.before !== rows || head?.before !== head?.after)
    throw new Error(`The report shows something else than ${rows} rows and one head: ${JSON.stringify(shown)}`);
  return typeof head?.after === 'string' ? head.after.slice(0, 12) : '';
}
