/**
 * Writes into package-lock.json the binaries of other platforms that npm left out of it.
 *
 * npm drops an optional dependency that the registry at hand does not carry, such as a mirror without the builds for other systems, and then
 * refuses its own lock file in `npm ci` ("Missing: ... from lock file"). Such a package is named here by the exact version that its parent
 * asks for and the platform that its name tells, without a checksum, so that npm passes it by where it does not belong.
 *
 * Run after a dependency changes: `node tools/src/complete-lock.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [more: string]: unknown;
}

const path = join(import.meta.dirname, '../../package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> };

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 's390x', 'riscv64', 'wasm32', 'x64'];
const libraries: Readonly<Record<string, string>> = { gnu: 'glibc', glibc: 'glibc', musl: 'musl' };

/** The `os`, `cpu` and `libc` of a package such as `@oxlint/binding-linux-arm64-musl`; undefined when its name tells no processor. */
function platformOf(name: string): Readonly<Record<string, readonly string[]>> | undefined {
  const words = name.split(/[/-]/);
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  const libc = words.filter((word) => word in libraries).map((word) => libraries[word] ?? word);
  if (cpu.length === 0) return undefined;
  return { ...(os.length > 0 ? { os } : {}), cpu, ...(libc.length > 0 ? { libc } : {}) };
}

/** Whether Node's resolution from `parent` finds `name` in the lock file. */
function isLocked(parent: string, name: string): boolean {
  if (`${parent}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages) return true;
  const above = parent.lastIndexOf('/node_modules/');
  return above > 0 && isLocked(parent.slice(0, above), name);
}

for (const [parent, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const platform = platformOf(name);
    if (isLocked(parent, name) || platform === undefined) continue;
    lock.packages[`node_modules/${name}`] = { version, ...platform, ...(dev === true ? { dev } : {}), optional: true };
    process.stdout.write(`${name}@${version}\n`);
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
