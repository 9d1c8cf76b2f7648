import { cp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DrillFailure, type Artefact } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from './artefact-digest.ts';
import type { PgDumpOptions } from './mod.ts';
import { startRehearsal, type Rehearsal } from './testing/rehearsal.ts';

const content = `
  CREATE TABLE blobs (id int PRIMARY KEY, body text);
  INSERT INTO blobs SELECT i, encode(sha256(i::text::bytea), 'hex') || encode(sha256((-i)::text::bytea), 'hex') FROM generate_series(1, 20000) i;
  CREATE TABLE last (id int); INSERT INTO last SELECT generate_series(1, 5000);`;

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal(content);
});
afterAll(async () => {
  await rehearsal.close();
});

type Damage = (path: string) => Promise<void>;

/** A backup that was damaged after it was recorded; or, with `unseen`, one that was already so when it was. */
async function damaged(options: PgDumpOptions, damage: Damage, unseen: boolean): Promise<Artefact> {
  await rm(join(rehearsal.directory, 'backup'), { recursive: true, force: true });
  const artefact = await rehearsal.back(options);
  await damage(artefact.path);
  return unseen ? { ...artefact, ...(await digestOf(artefact.path, new AbortController().signal)) } : artefact;
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'no failure';
  } catch (error) {
    if (error instanceof DrillFailure) return error.code;
    throw error;
  }
};

const share =
  (part: number): Damage =>
  async (path) => {
    await truncate(path, Math.floor((await readFile(path)).length * part));
  };

const flipBit =
  (part: number): Damage =>
  async (path) => {
    const file = await open(path, 'r+');
    try {
      const place = Math.floor((await file.stat()).size * part);
      const { buffer } = await file.read(new Uint8Array(1), 0, 1, place);
      await file.write(Uint8Array.of((buffer[0] ?? 0) ^ 1), 0, 1, place);
    } finally {
      await file.close();
    }
  };

const largest = async (path: string): Promise<string> => {
  const names = (await readdir(path)).filter((name) => name !== 'toc.dat');
  const sizes = await Promise.all(
    names.map(async (name) => [(await readFile(join(path, name))).length, name] as const),
  );
  return join(path, sizes.toSorted(([a], [b]) => b - a)[0]?.[1] ?? '');
};

const formats: readonly PgDumpOptions[] = [
  { format: 'custom' },
  { format: 'custom', compress: 0 },
  { format: 'tar' },
  { format: 'plain' },
];
const cases = formats.flatMap((options) => [0.001, 0.3, 0.99].map((part) => [options, part] as const));

describe('check', () => {
  test.each([...formats, { format: 'directory' } satisfies PgDumpOptions])(
    'passes a healthy backup: %j',
    async (options) => {
      const artefact = await damaged(options, async () => {}, false);
      expect(await codeOf(rehearsal.check(artefact, options))).toBe('no failure');
      expect(await codeOf(rehearsal.check(artefact, options, true))).toBe('no failure');
    },
  );

  test.each(cases)('finds any change since the backup, by its digest: %j, at %d', async (options, part) => {
    expect(await codeOf(rehearsal.check(await damaged(options, flipBit(part), false), options))).toBe(
      'backup/archive-damaged',
    );
    expect(await codeOf(rehearsal.check(await damaged(options, share(part), false), options))).toBe(
      'backup/archive-damaged',
    );
  });

  test.each(cases)(
    'finds a truncated backup whose digest is right, before anything is destroyed: %j, at %d',
    async (options, part) => {
      const artefact = await damaged(options, share(part), true);
      expect(await codeOf(rehearsal.check(artefact, options, true))).toMatch(/^backup\/archive-(damaged|empty)$/);
    },
  );

  test('finds a custom archive that lost its last byte, before anything is destroyed', async () => {
    const last: Damage = async (path) => truncate(path, (await readFile(path)).length - 1);
    for (const options of [{}, { compress: 0 }]) {
      expect(await codeOf(rehearsal.check(await damaged(options, last, true), options, true))).toBe(
        'backup/archive-damaged',
      );
    }
  });

  test.each([0.3, 0.99])(
    'finds a truncated tar file whose digest is right, at %d, though nothing will be destroyed',
    async (part) => {
      const options = { format: 'tar' } as const;
      expect(await codeOf(rehearsal.check(await damaged(options, share(part), true), options))).toBe(
        'backup/archive-damaged',
      );
    },
  );

  test('finds a flipped bit in compressed data whose digest is right, before anything is destroyed', async () => {
    for (const part of [0.2, 0.5, 0.8]) {
      const artefact = await damaged({}, flipBit(part), true);
      expect(await codeOf(rehearsal.check(artefact, {}, true))).toBe('backup/archive-damaged');
    }
  });

  test.each([
    ['cut short', async (path: string) => share(0.5)(await largest(path))],
    ['gone', async (path: string) => rm(await largest(path))],
    ['changed', async (path: string) => flipBit(0.5)(await largest(path))],
  ])('finds a file of a directory %s whose digest is right', async (_, damage) => {
    const options = { format: 'directory' } as const;
    expect(await codeOf(rehearsal.check(await damaged(options, damage, true), options, true))).toBe(
      'backup/archive-damaged',
    );
  });

  test.each([...formats])('calls a stump empty: %j', async (options) => {
    const artefact = await damaged(options, async (path) => truncate(path, 20), true);
    expect(await codeOf(rehearsal.check(artefact, options))).toBe('backup/archive-empty');
    expect(await codeOf(rehearsal.check({ ...artefact, bytes: 0 }, options))).toBe('backup/archive-damaged');
  });

  test('calls what gzip makes of a missing database empty (T03)', async () => {
    const artefact = await damaged({}, async (path) => writeFile(path, gzipSync('')), true);
    expect(await codeOf(rehearsal.check(artefact))).toBe('backup/archive-empty');
  });

  test('refuses any other file', async () => {
    const artefact = await damaged({}, async (path) => writeFile(path, 'x'.repeat(5000)), true);
    expect(await codeOf(rehearsal.check(artefact))).toBe('backup/archive-damaged');
  });

  test('finds a backup that is gone', async () => {
    const artefact = await damaged({}, async (path) => rm(path), false);
    expect(await codeOf(rehearsal.check(artefact))).toBe('backup/archive-damaged');
  });

  test('warns of an archive without the data of any table', async () => {
    const options = { dumpArguments: ['--schema-only'] };
    const before = rehearsal.log.length;
    await rehearsal.check(await damaged(options, async () => {}, false), options);
    expect(rehearsal.log.slice(before).map(({ severity, text }) => [severity, text])).toContainEqual([
      'warning',
      expect.stringContaining('holds the data of no table'),
    ]);
  });
});

describe('restore', () => {
  test.each([
    [{ jobs: 1 }, 0.3],
    [{ jobs: 2 }, 0.3],
    [{ jobs: 1 }, 0.99],
    [{ jobs: 2 }, 0.99],
  ])('of a truncated archive that was not read whole before fails: %j, at %d', async (options, part) => {
    const artefact = await damaged(options, share(part), true);
    expect(await codeOf(rehearsal.restore(artefact, options))).toBe('backup/archive-damaged');
  });

  test('of a directory with a file cut short fails, by two jobs too', async () => {
    for (const jobs of [1, 2]) {
      const options = { format: 'directory', jobs } as const;
      const artefact = await damaged(options, async (path) => share(0.5)(await largest(path)), true);
      expect(await codeOf(rehearsal.restore(artefact, options))).toBe('backup/archive-damaged');
    }
  });

  test('leaves the archive where it is, whatever happens', async () => {
    const artefact = await damaged({}, share(0.5), true);
    const copy = join(rehearsal.directory, 'copy');
    await cp(artefact.path, copy);
    await codeOf(rehearsal.restore(artefact));
    expect(await readFile(artefact.path)).toEqual(await readFile(copy));
  });
});
