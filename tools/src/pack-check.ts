/**
 * Packs every package as npm would publish it, and judges the tarballs: their contents, publint, are-the-types-wrong, JSR's own dry run, and
 * whether the packed program starts. Needs a build.
 *
 * Run by `npm run pack:check`; tells each verdict on a line, and exits 1 when one is bad.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const packed = join(root, '.cache/packed');
const rooms = readdirSync(join(root, 'packages')).toSorted();
let failures = 0;

/** Tells one verdict, with the evidence when it is bad. */
function tell(name: string, isGood: boolean, evidence: string): void {
  process.stdout.write(`${isGood ? 'ok  ' : 'FAIL'} ${name}\n${isGood ? '' : `${evidence}\n`}`);
  if (!isGood) failures += 1;
}

/** Runs one program of node_modules/.bin, or of the machine, and tells its end as a verdict. */
function check(name: string, program: string, args: readonly string[], cwd = root): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  tell(name, status === 0, [error?.message, stdout, stderr].filter(Boolean).join('\n'));
  return stdout;
}

/** What a tarball must hold, and what must not slip into one. */
function checkContents(room: string, files: readonly string[]): void {
  const strays = files.filter((file) =>
    /\.test\.|\.bench\.|tsbuildinfo|\/(src|fixtures|testing)\/|vitest\.config|tsconfig/.test(file),
  );
  tell(`${room}: no tests, sources or build notes in the tarball`, strays.length === 0, strays.join('\n'));
  const wanted = [
    'dist/mod.js',
    'dist/mod.d.ts',
    'package.json',
    ...(room === 'cli' ? ['bin/pgdrill.js', 'dist/main.js'] : []),
  ];
  const missing = wanted.filter((file) => !files.includes(`package/${file}`));
  tell(`${room}: everything it promises is in the tarball`, missing.length === 0, missing.join('\n'));
}

/** A file that a thread is started from is named in no import: it has to be there in the form of the file that names it. */
function checkThreads(room: string, home: string): void {
  const files = readdirSync(join(home, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const named = files.flatMap((file) => {
    const text = readFileSync(join(home, 'dist', file), 'utf8');
    const calls = text.matchAll(/siblingModule\(import\.meta\.url, ['"]([^'"]+)['"]\)/g);
    return Array.from(calls, ([, name = '']) => join(home, 'dist', dirname(file), `${name}.js`));
  });
  const missing = named.filter((file) => !existsSync(file));
  tell(
    `${room}: the files of its ${named.length} threads are in the tarball`,
    missing.length === 0,
    missing.join('\n'),
  );
}

/** Gives an unpacked package the dependencies that npm could not hoist out of its folder; those at the root are found from there. */
function linkInstalled(room: string, home: string): void {
  const installed = join(root, 'packages', room, 'node_modules');
  if (existsSync(installed)) symlinkSync(installed, join(home, 'node_modules'));
}

rmSync(packed, { recursive: true, force: true });
for (const room of rooms) {
  const home = join(packed, 'node_modules/@pgdrill', room);
  mkdirSync(home, { recursive: true });
  const out = check(
    `${room}: npm pack`,
    'npm',
    ['pack', '--silent', '--pack-destination', packed],
    join(root, 'packages', room),
  );
  const tarball = join(packed, basename(out.trim()));
  checkContents(room, check(`${room}: tar`, 'tar', ['-tzf', tarball]).trim().split('\n'));
  check(`${room}: unpack`, 'tar', ['-xzf', tarball, '--strip-components=1', '-C', home]);
  linkInstalled(room, home);
  checkThreads(room, home);
  check(`${room}: publint`, 'publint', ['run', '--strict', tarball]);
  check(`${room}: are the types wrong`, 'attw', [tarball, '--profile', 'esm-only', '--no-emoji']);
}

// Neighbours are found among the packed, everything else among what npm installed for the workspace.
const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as { version: string };
const program = join(packed, 'node_modules/@pgdrill/cli/bin/pgdrill.js');
const printed = check('cli: the packed program starts', process.execPath, [program, '--version'], packed);
tell('cli: and tells its version', printed.includes(version), `wanted ${version}, got ${JSON.stringify(printed)}`);

check('deno publish, without publishing', 'deno', ['publish', '--dry-run', '--allow-dirty']);

process.exitCode = failures === 0 ? 0 : 1;
