/**
 * What a chain's verifiers cost, against the row-by-row loop that a database's own verify function is: all in one run.
 *
 * `npm run bench:chain -- [--rows 2000000] [--rounds 3] [--flat 1,10]`; with `--flat 0` without the look at our memory at so many million rows.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execute, interruptible, startBenchServer } from './bench-server.ts';
import { captureChain } from './chain-capture.ts';
import type { ChainCapture } from './chain-capture.ts';
import { chainWithGaps, referenceChain } from './chain-tables.ts';
import type { BenchChain } from './chain-tables.ts';
import { isBuilt } from './program.ts';
import { inTurn, median, ratio, time } from './timing.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000000' },
    rounds: { type: 'string', default: '3' },
    flat: { type: 'string', default: '1,10' },
  },
});
const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
const signal = interruptible();
const sandbox = await startBenchServer(signal);
const directory = await mkdtemp(join(tmpdir(), 'pgdrill-bench-'));
try {
  process.stderr.write(`${sandbox.description}: loading ${rows} rows, twice\n`);
  await gapless(await referenceChain(sandbox, rows, signal));
  await withGaps(await chainWithGaps(sandbox, rows, signal));
  for (const millions of values.flat
    .split(',')
    .map(Number)
    .filter((count) => count > 0))
    await memory(millions);
  console.log(`(pgdrill on Node was ${isBuilt ? 'run as built' : 'run from source: npm run build first'})`);
} finally {
  await rm(directory, { recursive: true, force: true });
  await sandbox.close();
}

async function gapless(chain: BenchChain): Promise<void> {
  const seconds = secondsOf(chain);
  const results = await inTurn(rounds, {
    loop: () => loop(chain),
    sql: seconds({ checks: ['verify-chain'] }),
    independent: seconds({ checks: ['verify-chain'], verifiers: ['independent'] }),
    deno: seconds({ checks: ['verify-chain'], verifiers: ['independent'], runtime: 'deno' }),
    content: seconds({ checks: ['content'] }),
    fused: seconds({ checks: ['content', 'verify-chain'] }),
  });
  const apart = results.sql.map((value, index) => value + (results.content[index] ?? NaN));
  tell('the database’s own loop', results.loop);
  tell('sql', results.sql, `loop / sql         ${ratio(results.loop, results.sql)}   aim: at least 2`);
  tell(
    'independent, every row, Node',
    results.independent,
    `loop / independent ${ratio(results.loop, results.independent)}   aim: at least 1.3`,
  );
  tell('the same, Deno', results.deno, `loop / independent ${ratio(results.loop, results.deno)}`);
  tell('content', results.content);
  tell('sql and content in one', results.fused, `fused / apart      ${ratio(results.fused, apart)}   aim: under 1`);
}

async function withGaps(chain: BenchChain): Promise<void> {
  const results = await inTurn(rounds, {
    'loop, gaps': () => loop(chain),
    'sql, gaps': secondsOf(chain)({ checks: ['verify-chain'] }),
  });
  const [ofLoop, ofSql] = [results['loop, gaps'], results['sql, gaps']];
  tell('with gaps: the loop', ofLoop);
  tell('with gaps: sql', ofSql, `loop / sql         ${ratio(ofLoop, ofSql)}   aim: at least 1.4`);
}

async function memory(millions: number): Promise<void> {
  const chain = await referenceChain(sandbox, millions * 1_000_000, signal);
  for (const [runtime, aim] of [['node', 200] as const, ['deno', 300] as const]) {
    const capture: ChainCapture = { checks: ['verify-chain'], verifiers: ['sql', 'independent'], runtime };
    const { seconds, peakBytes } = await captureChain(chain, millions * 1_000_000, directory, capture);
    console.log(
      `${`${millions} million rows, ${runtime}`.padEnd(32)} ${seconds.toFixed(2).padStart(6)} s   ` +
        `peak memory ${(peakBytes / 1e6).toFixed(0)} MB   aim: under ${aim}, flat`,
    );
  }
}

function loop(chain: BenchChain): Promise<number> {
  return time(() => execute(chain.connection, chain.loop));
}

function secondsOf(chain: BenchChain): (capture: ChainCapture) => () => Promise<number> {
  return (capture) => async () => (await captureChain(chain, rows, directory, capture)).seconds;
}

function tell(name: string, seconds: readonly number[], more = ''): void {
  console.log(`${name.padEnd(32)} ${median(seconds).toFixed(2).padStart(6)} s   ${more}`);
}
