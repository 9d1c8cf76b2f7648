#!/usr/bin/env node
/*
 * Starts pgdrill: from `dist` where it is installed, from `src` in a checkout, which needs no build. Every Node since 14 can read this file,
 * so that one which is too old for the rest finds the Node that `npm ci` brought, or says in plain words what is needed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Node 22.18 is the first that strips types without a flag.
 *
 * @param {string} version such as `24.1.0`
 */
function isRecent(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/**
 * The Node of the npm package `node`, which is a development dependency of this repository.
 *
 * @param {string} folder where to begin; its parents follow
 * @returns {string | undefined} its path, when there is one and it is recent
 */
function findNode(folder) {
  const home = join(folder, 'node_modules', 'node');
  const program = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(program) && isRecent(versionOf(join(home, 'package.json')))) return program;
  return dirname(folder) === folder ? undefined : findNode(dirname(folder));
}

/**
 * @param {string} manifest path of a package.json
 * @returns {string}
 */
function versionOf(manifest) {
  const { version } = /** @type {{ version: string }} */ (JSON.parse(readFileSync(manifest, 'utf8')));
  return version;
}

/**
 * Runs Node in the place of this process: exactly so where the platform can, else as a child whose end becomes this one's.
 *
 * @param {string} node
 * @param {string[]} args
 */
function become(node, args) {
  if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...args], process.env);

  const child = spawn(node, args, { stdio: 'inherit' });
  // A terminal signals every process in front of it, so the child has heard of its Ctrl-C and its closing already: a second signal
  // would look like impatience. Without a terminal only this process was meant, and must pass it on.
  const heardAlready = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY)
    ? ['SIGINT', 'SIGHUP', 'SIGQUIT']
    : [];
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  for (const signal of signals) {
    process.on(signal, () => {
      if (!heardAlready.includes(signal)) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`pgdrill cannot start ${node}: ${error.message}.`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 3);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(home, 'src', 'main.ts');
const built = join(home, 'dist', 'main.js');
const inCheckout = existsSync(source);
const recent = isRecent(process.versions.node);

const canBecome = process.execve !== undefined && process.platform !== 'win32';

/*
 * V8 lets short-lived objects pile up to some 100 MB before it looks at them, and a walk over many rows makes nothing but short-lived objects. With
 * the first bound it took half the memory and no more time. Those that live a little longer, such as what a chunk of a scan yields, pile up elsewhere;
 * with the second bound a scan of 20 million rows took the memory of one of a million, and no more time either. So little is looked through sooner by
 * one thread than by helpers that have to be woken, and that take the processors from a server on the same machine: on two of them, the recomputing of
 * two million rows of a chain took 5 per cent less time without helpers.
 */
const v8Flags = ['--max-semi-space-size=4', '--heap-growing-percent=30', '--no-parallel-scavenge'];

if (recent && !inCheckout && !canBecome) {
  // Not awaited at the top level, which the oldest Nodes that must read this file cannot.
  void import(pathToFileURL(built).href);
} else {
  const node = recent ? process.execPath : findNode(home);
  const program = inCheckout ? ['-C', '@pgdrill/source', source] : [built];
  if (node) become(node, [...(recent ? process.execArgv : []), ...v8Flags, ...program, ...process.argv.slice(2)]);
  else
    fail(
      `pgdrill needs Node 22.18 or later, and this is ${process.versions.node}: install a newer one${inCheckout ? ', or run `npm ci` here, which brings one' : ''}.`,
    );
}
