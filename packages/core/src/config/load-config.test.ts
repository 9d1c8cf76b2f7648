import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pgdrill-config-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function load(config: unknown): Promise<unknown> {
  await writeFile(join(directory, 'pgdrill.config.json'), JSON.stringify(config));
  return (await loadConfig(directory)).config;
}

describe('loadConfig', () => {
  it('is empty when there is no file', async () => {
    expect(await loadConfig(directory)).toEqual({ config: {}, file: null, baseDirectory: directory });
  });

  it('reads TypeScript', async () => {
    await writeFile(
      join(directory, 'pgdrill.config.ts'),
      `const target: string = 'scratch';\nexport default { target };\n`,
    );
    expect((await loadConfig(directory)).config).toEqual({ target: 'scratch' });
  });

  it('takes known differences, with and without an end', async () => {
    const accept = [
      { code: 'content/*', subject: 'public.cache_*', reason: 'rebuilt every hour' },
      { check: 'row-count', code: 'row-count/differs', reason: 'cleaned up', until: '2028-02-29' },
    ];
    expect(await load({ accept })).toEqual({ accept });
  });

  it('takes a whole chain and a preset', async () => {
    const chain = {
      table: 'public.log',
      order: ['seq'],
      hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
      prev: { column: 'prev', genesis: { stored: null, hashed: '' } },
      format: {
        separator: '|',
        fields: [{ prev: true }, { column: 'id' }, { column: 'at', timestamp: { digits: 6, suffix: 'Z' } }],
      },
    };
    expect(await load({ chains: [chain, { preset: 'audit-chain', table: 'public.audit_events' }] })).toMatchObject({
      chains: [chain, {}],
    });
  });

  it.each([
    [{ sorce: 'x' }, /sorce: unknown key "sorce"\. Did you mean "source"\?/],
    [{ driver: 'postgress' }, /driver: "postgress" is not one of "pg", "postgres"\. Did you mean "postgres"\?/],
    [{ workers: 'two' }, /workers: "two" must be integer/],
    [{ workers: 0 }, /workers: 0 must be >= 1/],
    [{ accept: [{ code: 'a/b' }] }, /accept\[0\]: the key "reason" is missing\.$/],
    [{ accept: [{ code: 'a/b', reason: ' ' }] }, /accept\[0\]\.reason: it is empty\.$/],
    [
      {
        accept: [
          { code: 'a/b', reason: 'r' },
          { subject: 't', reason: 'r' },
        ],
      },
      /fit:\s+accept\[1\]: at least one of the keys "check", "code" is needed\.$/,
    ],
    [
      { accept: [{ cod: 'a/b', check: 'a', reason: 'r' }] },
      /accept\[0\]\.cod: unknown key "cod"\. Did you mean "code"\?/,
    ],
    [
      { accept: [{ code: 'a/b', reason: 'r', until: '2026-02-30' }] },
      /accept\[0\]\.until: "2026-02-30" is no day of the calendar: write one as YYYY-MM-DD, such as 2030-12-31\.$/,
    ],
    [{ accept: [{ code: 'a/b', reason: 'r', until: '31.12.2026' }] }, /accept\[0\]\.until: "31\.12\.2026" is no day/],
    [{ chains: [{ preset: 'audit-chain' }] }, /chains\[0\]: the key "table" is missing/],
    [
      { chains: [{ preset: 'audit-chain', table: 't', ordr: ['a'] }] },
      /chains\[0\]\.ordr: unknown key "ordr"\. Did you mean "order"\?/,
    ],
    [
      { chains: [{ table: 't', hash: { column: 'h', algorithm: 'sha265', encoding: 'hex' } }] },
      /chains\[0\]\.hash\.algorithm: "sha265".*Did you mean "sha256"/,
    ],
    [{ reporters: [{ nam: 'junit' }] }, /reporters\[0\].*"nam"/],
    [{ source: { password: 1 } }, /source: .* must be string/],
  ])('names the path, the value and the nearest key in %j', async (config, message) => {
    await expect(load(config)).rejects.toThrow(message);
  });

  it('refuses chains that share a name, which could not be told apart', async () => {
    const chain = { preset: 'audit-chain', table: 'public.a' };
    await expect(load({ chains: [chain, { ...chain, table: 'public.b', name: 'public.a' }] })).rejects.toThrow(
      /more than one chain called "public\.a": give each a "name"/,
    );
    await expect(load({ chains: [chain, { ...chain, name: 'b' }] })).resolves.toBeDefined();
  });

  it('never shows the password of a connection string', async () => {
    const failing = load({ driver: 'postgres://me:hunter2@host/db' });
    await expect(failing).rejects.toThrow('me:***@host');
    await expect(failing).rejects.not.toThrow('hunter2');
  });

  it.each([
    ['missing.json', /could not be loaded/],
    ['broken.json', /could not be loaded/],
    ['nothing.js', /no default export/],
  ])('says what is wrong with %s', async (name, message) => {
    await writeFile(join(directory, 'broken.json'), '{');
    await writeFile(join(directory, 'nothing.js'), 'export const x = 1;');
    await expect(loadConfig(directory, name)).rejects.toThrow(message);
  });
});
