import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineCheck } from '../check.ts';
import { planChecks } from './plan-checks.ts';

const builtIn = ['row-count', 'head-hash'].map((name) =>
  defineCheck({ name, summary: name, cost: 'none', observe: async () => null, judge: () => [] }),
);
const custom = `export default { name: 'mine', summary: '', cost: '', observe: async () => null, judge: () => [],
  optionsSchema: { type: 'object', properties: { limit: { type: 'integer', default: 5 } }, additionalProperties: false } };`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pgdrill-plugins-'));
  await writeFile(join(directory, 'mine.ts'), custom);
  await writeFile(join(directory, 'empty.ts'), 'export default {};');
  const installed = join(directory, 'node_modules', 'pgdrill-check-mine');
  await mkdir(installed, { recursive: true });
  await writeFile(
    join(installed, 'package.json'),
    JSON.stringify({ name: 'pgdrill-check-mine', type: 'module', exports: { import: './main.js' } }),
  );
  await writeFile(join(installed, 'main.js'), custom);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function names(config: Parameters<typeof planChecks>[0], only?: readonly string[]): Promise<readonly string[]> {
  return (await planChecks(config, builtIn, directory, only)).map(({ check }) => check.name);
}

describe('planChecks', () => {
  it('runs every built-in check unless the config leaves it out', async () => {
    expect(await names({})).toEqual(['row-count', 'head-hash']);
    expect(await names({ checks: { 'row-count': false } })).toEqual(['head-hash']);
  });

  it.each(['./mine.ts', 'pgdrill-check-mine'])('adds %s, from a path and from a package', async (specifier) => {
    expect(await names({ checks: { [specifier]: true } })).toEqual(['row-count', 'head-hash', 'mine']);
  });

  it('runs only those of the command line', async () => {
    expect(await names({ checks: { './mine.ts': true } }, ['head-hash'])).toEqual(['head-hash']);
  });

  it('fills in defaults and refuses options that do not fit', async () => {
    const [planned] = await planChecks({ checks: { './mine.ts': {} } }, builtIn, directory, ['./mine.ts']);
    expect(planned?.options).toEqual({ limit: 5 });
    await expect(names({ checks: { './mine.ts': { limits: 1 } } })).rejects.toThrow(
      /check mine do not fit:\s+limits: unknown key "limits"\. Did you mean "limit"\?/,
    );
    await expect(names({ checks: { 'row-count': { any: 1 } } })).rejects.toThrow(/unknown key "any"/);
  });

  it.each([
    ['rowcount', /no check "rowcount"\. Did you mean "row-count"\?/],
    ['./absent.ts', /could not be loaded/],
    ['./empty.ts', /no check/],
    ['not-installed-anywhere', /Built in are row-count, head-hash/],
  ])('says what is wrong with %s', async (specifier, message) => {
    await expect(names({}, [specifier])).rejects.toThrow(message);
  });

  it('refuses to run nothing', async () => {
    await expect(names({ checks: { 'row-count': false, 'head-hash': false } })).rejects.toThrow(/No check is left/);
  });
});
