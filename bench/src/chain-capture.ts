import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainConfig, Json, Manifest } from '@pgdrill/core';
import { environmentOf } from './bench-server.ts';
import type { BenchChain } from './chain-tables.ts';
import { pgdrill, pgdrillOnDeno } from './program.ts';
import { run } from './timing.ts';
import type { ProgramRun } from './timing.ts';

/** What is captured of a chain's table: by which checks, and by which verifiers of the chain. */
export interface ChainCapture {
  readonly checks: readonly ('content' | 'verify-chain')[];
  readonly verifiers?: NonNullable<ChainConfig['verifiers']>;
  readonly runtime?: 'node' | 'deno';
}

/**
 * Captures a chain of so many rows by the program itself, with two workers.
 *
 * @returns the seconds of the capture, without the start of the program
 * @throws Error when anything but a whole chain was seen: a time of that would be worth nothing
 */
export async function captureChain(
  { connection, config }: BenchChain,
  rows: number,
  directory: string,
  { checks, verifiers = ['sql'], runtime = 'node' }: ChainCapture,
): Promise<ProgramRun> {
  const [file, out] = [join(directory, 'pgdrill.config.json'), join(directory, 'manifest.json')];
  await writeFile(file, JSON.stringify({ workers: 2, chains: [{ ...config, verifiers }] }));
  const [command, ...flags] = runtime === 'node' ? [process.execPath, ...pgdrill] : pgdrillOnDeno;
  const tables = ['--table', config.table, '--table', 'public.audit_chain_head'];
  const args = ['capture', '--config', file, '--out', out, ...tables, ...checks.flatMap((name) => ['--check', name])];
  const { peakBytes } = await run(command, [...flags, ...args], { env: environmentOf(connection) });
  const manifest = JSON.parse(await readFile(out, 'utf8')) as Manifest;
  for (const name of checks) proveRead(manifest, name);
  if (checks.includes('verify-chain')) proveWhole(manifest, rows, verifiers);
  return { seconds: manifest.seconds, peakBytes };
}

function proveRead({ checks }: Manifest, name: string): void {
  const errors = [checks[name]?.error, ...Object.values(checks[name]?.tables ?? {}).map(({ error }) => error)];
  const error = errors.find((text) => text !== undefined);
  if (error !== undefined) throw new Error(`${name} could not read: ${error}`);
}

/** What this bench looks at of a chain's observation. */
interface Seen {
  readonly rows: number;
  readonly breaks: Readonly<Record<string, Json>>;
  readonly verifiers: Readonly<Record<string, { readonly rows: number; readonly whole?: boolean }>>;
}

function proveWhole({ checks }: Manifest, rows: number, verifiers: readonly string[]): void {
  const seen = checks['verify-chain']?.observation as unknown as { readonly chains: readonly Seen[] } | undefined;
  const chains = seen?.chains ?? [];
  const [chain] = chains;
  const isWhole =
    chains.length === 1 &&
    chain?.rows === rows &&
    Object.keys(chain.breaks).length === 0 &&
    Object.keys(chain.verifiers).toSorted().join() === verifiers.toSorted().join() &&
    Object.values(chain.verifiers).every((seen) => seen.rows === rows && seen.whole !== false);
  if (!isWhole) throw new Error(`No whole chain of ${rows} rows was seen: ${JSON.stringify(chains)}`);
}
