import process from 'node:process';
import type { Command } from 'commander';
import { pgDump, scratchTarget } from '@pgdrill/backups';
import { messageOf, runDrill, type DrillPlan, type ServerFacts } from '@pgdrill/core';
import type { Sandbox, SandboxKind, ServerCandidate } from '@pgdrill/sandbox';
import type { ExitStatus } from '../exit.ts';
import { loadWorkload } from '../load-workload.ts';
import { rowsOption, sandboxOption } from '../options.ts';
import { capturePlan } from '../plan/capture-plan.ts';
import type { Settings } from '../plan/settings.ts';
import { withProgress } from '../progress/progress-display.ts';
import { endWithReports } from '../reports/end-with-reports.ts';
import { chooseOutlets } from '../reports/outlets.ts';
import { prepareOutlets } from '../reports/write-reports.ts';
import { say } from '../stdio.ts';
import type { Begin } from '../task.ts';

interface Options {
  readonly rows: number;
  readonly sandbox?: SandboxKind;
}

const FOLDER = 'pgdrill-report';

const NEXT = `
The reports are in ${FOLDER}/. Next, a database of your own, which is only read:
  npx pgdrill run --source postgresql://user@host/database`;

const EXAMPLES = `Examples:
  pgdrill demo
  pgdrill demo --rows 100000 --sandbox pglite

Leaves report.json, junit.xml and both manifests in ${FOLDER}/.`;

/** `pgdrill demo`: the whole loop on a throwaway server with the workload. */
export function addDemoCommand(program: Command, begin: Begin): void {
  program
    .command('demo')
    .summary('the whole loop on a throwaway server, with a reference workload')
    .description('Starts a throwaway server, loads a hash-chained audit log into it, drills it, and removes it all.')
    .addOption(rowsOption)
    .addOption(sandboxOption('system', 'embedded', 'pglite'))
    .addHelpText('after', `\n${EXAMPLES}`)
    .action((options: Options) => begin((signal) => demo(options, signal)));
}

async function demo({ rows, sandbox: kind }: Options, signal: AbortSignal): Promise<ExitStatus> {
  const workingDirectory = process.cwd();
  // A config is about a database of the user's own.
  const settings: Settings = {
    config: {},
    file: null,
    baseDirectory: workingDirectory,
    environment: process.env,
    workingDirectory,
  };
  const outlets = await chooseOutlets({ out: FOLDER }, settings);
  await prepareOutlets(outlets);
  const { startSandbox } = await import('@pgdrill/sandbox');
  const sandbox = await startSandbox({ kind, signal, unfit: whyNoBackup });
  try {
    say(`Started a ${sandbox.description}: ${sandbox.reason}.`);
    await loadWorkload(sandbox.connection, rows, signal);
    const plan = await demoPlan(sandbox, settings);
    const result = await withProgress((listen) => runDrill(plan, listen, signal));
    const status = await endWithReports(result, outlets, signal);
    if (status === 0) say(NEXT);
    return status;
  } finally {
    await sandbox.close();
  }
}

async function demoPlan(sandbox: Sandbox, settings: Settings): Promise<DrillPlan> {
  const { sandboxTarget } = await import('@pgdrill/sandbox');
  return {
    ...(await capturePlan({}, settings)),
    source: sandbox.connection,
    // A server with one session has one database.
    target: sandbox.kind === 'pglite' ? sandboxTarget({ kind: 'pglite' }) : scratchTarget(),
    backup: { method: sandbox.backupMethod ?? pgDump, options: {} },
    releaseSource: false,
    keep: false,
  };
}

/** A server is of use here only when this machine has a pg_dump for it. */
async function whyNoBackup({ kind, version }: ServerCandidate): Promise<string | null> {
  if (kind === 'pglite' || version === null) return null;
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const server: ServerFacts = { version, versionNumber: major * 10_000 + minor, encoding: 'UTF8', collation: 'C' };
  try {
    await pgDump.prepare({}, { source: server, target: server, destructive: false });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
