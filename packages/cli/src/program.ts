import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { VERSION } from '@pgdrill/core';
import { addCaptureCommand } from './commands/capture.ts';
import { addChainCommand } from './commands/chain.ts';
import { addChecksCommand } from './commands/checks.ts';
import { addCompareCommand } from './commands/compare.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addMergeCommand } from './commands/merge.ts';
import { addReportCommand } from './commands/report.ts';
import { addRunCommand } from './commands/run.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addWorkloadCommand } from './commands/workload.ts';
import { errorText, exitStatusOf, isDebugging, type ExitStatus } from './exit.ts';
import { EXAMPLES, EXIT_STATUS, READ_ON } from './help.ts';
import { listenForSignals } from './signals.ts';
import { guardStreams, say } from './stdio.ts';
import type { Begin, Task } from './task.ts';

/** After the work is done nothing may hold the process; should something do so all the same, it ends after this. */
const LINGER_MS = 10_000;

/** Runs the program: reads the arguments, does what they ask for, and sets the exit status. */
export async function runProgram(args: readonly string[]): Promise<void> {
  guardStreams();
  const task = parse(args);
  process.exitCode = typeof task === 'number' ? task : await perform(task);
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** The task, or the status when there is nothing to do: help, version, or arguments that are wrong. */
function parse(args: readonly string[]): Task | ExitStatus {
  let chosen: Task | undefined;
  const program = describeProgram((task) => (chosen = task));
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return chosen ?? 2;
}

async function perform(task: Task): Promise<ExitStatus> {
  const interruption = listenForSignals();
  const debug = isDebugging();
  let defect = false;
  // By itself the runtime would end at once, with everything left behind, and with status 1, which says that a backup is bad.
  const onDefect = (error: unknown): void => {
    say(errorText(error, debug));
    defect = true;
    interruption.abort(error, 3);
  };
  process.on('uncaughtException', onDefect).on('unhandledRejection', onDefect);
  const status = await statusOf(task, interruption.signal, debug);
  const final = defect ? 3 : status;
  interruption.finish(final);
  return final;
}

async function statusOf(task: Task, signal: AbortSignal, debug: boolean): Promise<ExitStatus> {
  try {
    return exitStatusOf({ returned: await task(signal) }, signal);
  } catch (error) {
    if (!signal.aborted) say(errorText(error, debug));
    return exitStatusOf({ threw: error }, signal);
  }
}

function describeProgram(begin: Begin): Command {
  const program = new Command('pgdrill')
    .description('Rehearses a PostgreSQL restore and proves, byte for byte, that what came back is what went in.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help; after a command, that of the command')
    .showHelpAfterError('(pgdrill --help tells what there is)')
    .configureOutput({ outputError: (text, write) => write(withoutPasswords(text)) })
    .exitOverride()
    .addHelpText('after', `\n${EXAMPLES}\n\n${EXIT_STATUS}\n\n${READ_ON}`);
  addRunCommand(program, begin);
  addDoctorCommand(program, begin);
  addCaptureCommand(program, begin);
  addMergeCommand(program, begin);
  addVerifyCommand(program, begin);
  addCompareCommand(program, begin);
  addDemoCommand(program, begin);
  addWorkloadCommand(program, begin);
  addReportCommand(program, begin);
  addChainCommand(program, begin);
  addChecksCommand(program, begin);
  return program;
}

/** A wrong argument is quoted in the error, and may be a connection string. */
function withoutPasswords(text: string): string {
  return text
    .replaceAll(/(:\/\/[^:@/\s]*:)[^@\s]*@/g, '$1***@')
    .replaceAll(/(password\s*=\s*)('[^']*'|[^\s'"]+)/gi, '$1***');
}
