import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../program.ts';

// What a signal meets that comes when all is done and the process about to end, drawn out until it surely does.
await runProgram(process.argv.slice(2));
process.kill(process.pid, 'SIGINT');
await sleep(5000);
process.exitCode = 99;
