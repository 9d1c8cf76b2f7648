import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// The launcher is Node's, whichever runtime tests it.
const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');

const v8Flags = ['--max-semi-space-size=4', '--heap-growing-percent=30', '--no-parallel-scavenge'];

const program = `
if (process.argv[2] === 'sleep') {
  let heard = 0;
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
    heard += 1;
    setTimeout(() => { console.log(signal, heard); process.exit(130); }, 200);
  });
  setInterval(() => {}, 1000);
  console.log('ready', process.pid);
} else if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
else {
  console.log(JSON.stringify({ args: process.argv.slice(2), conditions: process.execArgv, file: import.meta.filename }));
  process.exitCode = Number(process.argv[2] ?? 0);
}
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pgdrill-bin-'));
  const old =
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } }); delete process.execve;';
  write('old-node.cjs', old);
  write('no-execve.cjs', 'delete process.execve;');
  write('pkg/package.json', '{ "type": "module" }');
  mkdirSync(join(folder, 'pkg/bin'));
  copyFileSync(join(import.meta.dirname, 'pgdrill.js'), join(folder, 'pkg/bin/pgdrill.js'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

/** Puts a Node where `npm ci` would have, of the version that its manifest claims. */
const bringNode = (version: string): void => {
  write('node_modules/node/package.json', JSON.stringify({ version }));
  mkdirSync(join(folder, 'node_modules/node/bin'));
  copyFileSync(node, join(folder, 'node_modules/node/bin/node'));
};

const start = (flags: readonly string[], ...args: readonly string[]): ChildProcess =>
  spawn(node, [...flags, join(folder, 'pkg/bin/pgdrill.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

const ended = async (child: ChildProcess): Promise<Ended> => {
  let out = '';
  let err = '';
  child.stdout?.on('data', (data) => (out += String(data)));
  child.stderr?.on('data', (data) => (err += String(data)));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out, err })));
};

const run = async (flags: readonly string[], ...args: readonly string[]): Promise<Ended> =>
  ended(start(flags, ...args));

const onOldNode = (): readonly string[] => ['-r', join(folder, 'old-node.cjs')];
const asChild = (): readonly string[] => ['-r', join(folder, 'no-execve.cjs')];

describe('where it is installed', () => {
  beforeEach(() => write('pkg/dist/main.js', program));

  test('runs dist, in bounded memory', async () => {
    const { code, out } = await run([], '7', '--flag', 'a b');
    expect(JSON.parse(out)).toEqual({
      args: ['7', '--flag', 'a b'],
      conditions: v8Flags,
      file: join(folder, 'pkg/dist/main.js'),
    });
    expect(code).toBe(7);
  });

  test('says in one line what an old Node lacks', async () => {
    expect(await run(onOldNode())).toEqual({
      code: 2,
      signal: null,
      out: '',
      err: 'pgdrill needs Node 22.18 or later, and this is 20.1.0: install a newer one.\n',
    });
  });
});

describe('in a checkout', () => {
  // The annotation proves that it is the TypeScript which runs.
  beforeEach(() => write('pkg/src/main.ts', `const typed: string = 'x';\n${program}`));

  test.each([
    ['a recent Node', () => []],
    ['a recent Node that cannot be replaced', asChild],
  ])('runs the source under the source condition on %s', async (_, flags) => {
    const { code, out } = await run(flags(), '7', '--flag', 'a b');
    expect(JSON.parse(out)).toEqual({
      args: ['7', '--flag', 'a b'],
      conditions: [...flags(), ...v8Flags, '-C', '@pgdrill/source'],
      file: join(folder, 'pkg/src/main.ts'),
    });
    expect(code).toBe(7);
  });

  test('prefers the source to a stale build', async () => {
    write('pkg/dist/main.js', 'process.exitCode = 99;');
    expect((await run([], '0')).code).toBe(0);
  });

  test('on an old Node, runs under the one that npm ci brought', async () => {
    bringNode('24.0.0');
    const { code, out } = await run(onOldNode(), '7');
    expect(JSON.parse(out)).toMatchObject({ args: ['7'], conditions: [...v8Flags, '-C', '@pgdrill/source'] });
    expect(code).toBe(7);
  });

  test.each([
    ['nothing newer', () => undefined],
    ['one as old', () => bringNode('22.17.0')],
  ])('on an old Node beside %s, says in one line what is needed', async (_, prepare) => {
    prepare();
    expect(await run(onOldNode())).toEqual({
      code: 2,
      signal: null,
      out: '',
      err: 'pgdrill needs Node 22.18 or later, and this is 20.1.0: install a newer one, or run `npm ci` here, which brings one.\n',
    });
  });

  test.each([
    ['replaced', () => []],
    ['a parent', asChild],
  ])('dies of the signal that its program died of, %s', async (_, flags) => {
    expect(await run(flags(), 'die')).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  test.each([
    ['SIGINT', 'replaced', () => []],
    ['SIGTERM', 'replaced', () => []],
    ['SIGINT', 'a parent', asChild],
    ['SIGTERM', 'a parent', asChild],
  ] as const)('%s reaches the program once, and the exit code comes back, %s', async (signal, _, flags) => {
    const child = start(flags(), 'sleep');
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    // Not child.kill: after that, Deno names the signal as the end even of a process that exited by itself.
    process.kill(Number(child.pid), signal);
    expect(await end).toMatchObject({
      code: 130,
      signal: null,
      out: expect.stringContaining(`${signal} 1\n`) as string,
    });
  });
});
