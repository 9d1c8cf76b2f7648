import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifest, readShard } from './read-document.ts';
import { sealShard } from './shard/seal-shard.ts';
import type { Shard } from './shard.ts';

const sound = {
  kind: 'pgdrill-manifest',
  schemaVersion: 1,
  tool: { name: 'pgdrill', version: '0.1.0', runtime: 'node 24' },
  capturedAt: '2026-01-01T00:00:00.000Z',
  seconds: 0.1,
  connection: 'me@host:5432/db',
  database: { systemIdentifier: '1', databaseOid: '5', databaseName: 'db' },
  server: { version: '15.18', versionNumber: 150018, encoding: 'UTF8', collation: 'C' },
  snapshotId: null,
  prelude: {},
  tier: 'full',
  tables: [],
  checks: { 'row-count': { options: {}, observation: null, tables: { 'public.t': { measures: { rows: '24' } } } } },
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pgdrill-document-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function read(text: string): Promise<unknown> {
  const file = join(directory, 'manifest.json');
  await writeFile(file, text);
  return readManifest(file);
}

describe('readManifest', () => {
  it('reads what was written', async () => {
    expect(await read(JSON.stringify(sound))).toEqual(sound);
  });

  it.each<[string, string, RegExp]>([
    ['an empty file', '', /it is empty/],
    ['a shard', '{"kind":"pgdrill-shard"}', /is no manifest .* pgdrill merge/],
    ['no JSON', '{"kind":', /could not be read/],
    ['JSON of another kind', '{"kind":"pgdrill-report"}', /is no manifest/],
    ['not even an object', 'null', /is no manifest/],
    ['a version of the future', JSON.stringify({ ...sound, schemaVersion: 2 }), /schemaVersion 2/],
    ['a missing part', JSON.stringify({ ...sound, checks: undefined }), /the key "checks" is missing/],
    [
      'a measure that is no number',
      JSON.stringify({
        ...sound,
        checks: { 'row-count': { options: {}, observation: null, tables: { t: { measures: { rows: '24; DROP' } } } } },
      }),
      /damaged or was edited/,
    ],
  ])('refuses %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('says which file is missing', async () => {
    await expect(readManifest(join(directory, 'absent.json'))).rejects.toThrow(/absent\.json could not be read/);
  });
});

describe('readShard', () => {
  const { kind: _kind, schemaVersion: _version, ...part } = sound;
  const sealed = sealShard({
    kind: 'pgdrill-shard',
    schemaVersion: 1,
    shard: { index: 2, of: 3 },
    snapshot: { serverStartedAt: '2026-01-01', transactions: '5:7:6' },
    plan: 'a'.repeat(64),
    rules: { 'row-count': { 'public.t': { rows: 'sum' } } },
    files: { 'public.t': '16384' },
    part: part as unknown as Shard['part'],
  });
  const file = async (text: string): Promise<Shard> => {
    const path = join(directory, 'shard.json');
    await writeFile(path, text);
    return readShard(path);
  };

  it('reads what was written, whatever its line ends', async () => {
    expect(await file(JSON.stringify(sealed))).toEqual(sealed);
    expect(await file(JSON.stringify(sealed, null, 4).replaceAll('\n', '\r\n'))).toEqual(sealed);
  });

  it.each<[string, () => string, RegExp]>([
    ['one digit that was edited', () => JSON.stringify(sealed).replace('"24"', '"25"'), /was damaged or edited/],
    ['another place', () => JSON.stringify(sealed).replace('"index":2', '"index":1'), /was damaged or edited/],
    ['a key more', () => JSON.stringify({ ...sealed, more: 1 }), /was damaged or edited/],
    ['a manifest', () => JSON.stringify(sound), /is no shard/],
    ['no rules', () => JSON.stringify({ ...sealed, rules: undefined }), /the key "rules" is missing/],
    [
      'a part that does not fit, under a digest that does',
      () => JSON.stringify(sealShard({ ...withoutDigest(sealed), part: { ...sealed.part, seconds: -1 } })),
      /is damaged or was edited:\n.*seconds/,
    ],
  ])('refuses %s', async (_, text, message) => {
    await expect(file(text())).rejects.toThrow(message);
  });
});

function withoutDigest({ sha256: _digest, ...rest }: Shard): Omit<Shard, 'sha256'> {
  return rest;
}
