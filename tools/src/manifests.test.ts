import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Every manifest is JSON of a shape that the tests below are about to look at. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly type?: string;
  readonly private?: boolean;
  readonly engines?: { readonly node?: string };
  readonly repository?: { readonly url: string; readonly directory?: string };
  readonly exports: string | Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: unknown;
  readonly workspace?: readonly string[];
  readonly workspaces?: readonly string[];
  readonly imports?: unknown;
  readonly nx?: { readonly tags?: readonly string[] };
}

const root = new URL('../../', import.meta.url);
const read = (path: string): Manifest => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Manifest;

const lockFile = readFileSync(new URL('package-lock.json', root), 'utf8');
const rooms = readdirSync(new URL('packages/', root)).toSorted();
const version = read('packages/core/package.json').version;

/** Every way into a package from its TypeScript sources, as `package.json` tells it to Node. */
const sources = (exports: Manifest['exports']): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const [entry, target] of Object.entries(typeof exports === 'string' ? { '.': exports } : exports)) {
    const source = typeof target === 'string' ? target : target['@pgdrill/source'];
    if (source?.endsWith('.ts')) found[entry] = source;
  }
  return found;
};

const stated = (manifest: Manifest): (readonly [string, string])[] =>
  [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((group) =>
    Object.entries(group ?? {}),
  );

describe('the workspace', () => {
  test('deno.json lists every package', () => {
    expect(read('deno.json').workspace?.toSorted()).toEqual(rooms.map((room) => `./packages/${room}`));
  });

  test('tsconfig.json references every package', () => {
    const { references } = JSON.parse(readFileSync(new URL('tsconfig.json', root), 'utf8')) as {
      references: readonly { path: string }[];
    };
    expect(references.map((reference) => reference.path)).toEqual(
      expect.arrayContaining(rooms.map((room) => `./packages/${room}`)),
    );
  });

  test('package-lock.json names no registry', () => {
    expect(lockFile).not.toMatch(/"resolved": "(?!packages\/|tools"|bench")/);
  });

  // Else `npm ci` refuses it wherever one of them cannot be looked up: see complete-lock.ts.
  test('package-lock.json holds every optional dependency, of every platform', () => {
    const { packages } = JSON.parse(lockFile) as { packages: Readonly<Record<string, Partial<Manifest>>> };
    const locked = new Set(Object.keys(packages).map((place) => place.split('node_modules/').at(-1)));
    const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((name) => !locked.has(name))).toEqual([]);
  });
});

describe.each(['package.json', 'tools/package.json', ...rooms.map((room) => `packages/${room}/package.json`)])(
  '%s',
  (path) => {
    test('pins every dependency exactly', () => {
      const loose = stated(read(path)).filter(([, wanted]) => !/^(npm:.+@)?\d+\.\d+\.\d+$/.test(wanted));
      expect(loose).toEqual([]);
    });
  },
);

describe.each(rooms)('packages/%s', (room) => {
  const node = read(`packages/${room}/package.json`);
  const deno = read(`packages/${room}/deno.json`);

  test('deno.json and package.json agree on name, version, licence and exports', () => {
    expect(deno.name).toBe(node.name);
    expect(deno.version).toBe(node.version);
    expect(deno.license).toBe(node.license);
    expect(sources(deno.exports)).toEqual(sources(node.exports));
  });

  test('dependencies are written in package.json alone', () => {
    expect(deno.imports).toBeUndefined();
  });

  test('is the package of its folder, at the version of all', () => {
    expect(node.name).toBe(`@pgdrill/${room}`);
    expect(node.version).toBe(version);
    expect(node.repository?.directory).toBe(`packages/${room}`);
    expect(node.type).toBe('module');
    expect(node.engines).toEqual(read('package.json').engines);
    expect(node.nx?.tags).toEqual([`room:${room}`]);
  });

  test('depends on its neighbours at exactly that version', () => {
    const neighbours = stated(node).filter(([name]) => name.startsWith('@pgdrill/'));
    expect(neighbours.filter(([, wanted]) => wanted !== version)).toEqual([]);
  });

  test('puts the source condition first in every entry that has one', () => {
    const entries = Object.values(node.exports).filter((target) => typeof target !== 'string');
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries)
      expect(Object.keys(entry).filter((key) => key !== 'types')).toEqual(['@pgdrill/source', 'default']);
  });
});
