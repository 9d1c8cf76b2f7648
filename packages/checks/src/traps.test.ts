import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type { Manifest } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { builtinChecks } from './builtin-checks.ts';
import { DATABASE_SETTINGS, DATABASE_SETTINGS_FOUND, ROWS_ALONE_FOUND, schemaOf, TRAPS } from './fixtures/traps.ts';
import type { Trap, TrapState } from './fixtures/traps.ts';

// There is no chain here, and nothing is written as a test.
const OTHERS = ['head-hash', 'verify-chain', 'walked-count', 'append-only', 'write-test'];
const checks = builtinChecks
  .filter(({ name }) => !OTHERS.includes(name))
  .map((check) => ({ check, options: check.name === 'indexes' ? { amcheck: true } : {} }));
const plan = { checks, chains: [], reveal: 'keys', driver: 'pg', workers: 1, deadlineSeconds: 60 } as const;
const { signal } = new AbortController();

/** What a careless script leaves out; each takes something else. */
const CARELESS: readonly (readonly string[])[] = [
  ['--schema-only', '--no-comments', '--no-publications'],
  '--data-only --disable-triggers --table t*.* --no-unlogged-table-data --exclude-table-data t25.parents --exclude-table-data t16.orders'.split(
    ' ',
  ),
  ['--data-only', '--table', 't16.orders', '--enable-row-security', '--role', 'pg_monitor'],
  ['--data-only', '--table', 't19.events'],
];
const LOCALE_FOUND = 'error settings/locale-differs database';

let source: TestDatabase;
let before: Manifest;
const open: TestDatabase[] = [];
const found = new Map<TrapState, readonly string[]>();

async function newDatabase(locale: string): Promise<TestDatabase> {
  const database = await createTestDatabase({ locale });
  open.push(database);
  return database;
}

async function script({ url }: TestDatabase, sql: string): Promise<void> {
  const db = await openWritable(resolveConnection(url, {}), 'pg');
  try {
    await db.script(sql);
  } finally {
    await db.close();
  }
}

const inSchema = (schema: string, sql: string): string =>
  `SET search_path = ${schema}, public; ${sql.replaceAll('SCHEMA.', `${schema}.`).replaceAll('SCHEMA SCHEMA', `SCHEMA ${schema}`)};\n`;

const filled = (schema: string, sql: string): string => `CREATE SCHEMA ${schema}; ${inSchema(schema, sql)}`;

/** As most scripts restore: `psql` without `ON_ERROR_STOP`, which ends with status 0 whatever happens (T02). */
function restore(dumps: readonly (readonly string[])[], target: TestDatabase): void {
  for (const args of dumps) {
    tool('psql', ['-Xq', '--dbname', target.url], tool('pg_dump', [...args, '--dbname', source.url]));
  }
}

function tool(program: string, args: readonly string[], input?: string): string {
  return execFileSync(program, args, { encoding: 'utf8', input, stdio: 'pipe' });
}

/** Each finding as `severity code subject`. */
async function findingsIn(target: TestDatabase): Promise<readonly string[]> {
  const connection = resolveConnection(target.url, {});
  const sides = { before: { manifest: before, connection: null }, after: { manifest: null, connection } };
  const { report } = await runVerify({ ...plan, ...sides, command: 'verify' }, () => undefined, signal);
  return report.checks
    .flatMap(({ findings }) => findings.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`))
    .toSorted();
}

beforeAll(async () => {
  source = await newDatabase('C');
  await script(source, `CREATE EXTENSION amcheck; ${DATABASE_SETTINGS}`);
  for (const trap of TRAPS) {
    await script(source, filled(schemaOf(trap), trap.source));
    if (trap.sound !== undefined) await script(source, filled(`${schemaOf(trap)}_sound`, trap.sound));
    if (trap.refused !== undefined) await script(source, trap.refused).catch(() => undefined);
  }
  await script(source, 'ANALYZE t26.items');
  before = await runCapture(plan, resolveConnection(source.url, {}), () => undefined, signal);
  const [target, careless] = [await newDatabase('C.UTF-8'), await newDatabase('C')];
  restore([[]], target);
  await script(target, 'ANALYZE');
  found.set('restored', await findingsIn(target));
  await script(target, DATABASE_SETTINGS);
  for (const trap of TRAPS) if (trap.damage !== undefined) await script(target, inSchema(schemaOf(trap), trap.damage));
  found.set('damaged', await findingsIn(target));
  restore(CARELESS, careless);
  found.set('careless', await findingsIn(careless));
}, 180_000);
afterAll(async () => {
  for (const database of open) await database.drop();
});

/** What is said of a trap: in its schema and its twin's, or of what has none. */
const saidOf = (trap: Trap, state: TrapState): readonly string[] =>
  found
    .get(state)
    ?.filter((line) => new RegExp(` ${schemaOf(trap)}(?:_sound)?(?:[. ]|$)`).test(line) || trap.found.includes(line)) ??
  [];

describe('what goes wrong in a restore without anyone noticing', () => {
  it.each(TRAPS.map((trap) => [trap.title, trap] as const))('%s', (_, trap) => {
    expect(saidOf(trap, trap.state)).toEqual(trap.found);
    expect(saidOf(trap, 'restored')).toEqual(trap.state === 'restored' ? trap.found : []);
  });

  it('T12: what belongs to the database itself, without --create; and none when it is set again', () => {
    expect(found.get('restored')).toEqual(expect.arrayContaining([...DATABASE_SETTINGS_FOUND]));
    expect(found.get('damaged')?.filter((line) => DATABASE_SETTINGS_FOUND.includes(line))).toEqual([]);
  });

  it('T13: the locale of a target that was made beforehand; and none in one of the same', () => {
    expect(found.get('restored')).toContain(LOCALE_FOUND);
    expect(found.get('careless')).not.toContain(LOCALE_FOUND);
  });

  it.each([
    ['restored', [...DATABASE_SETTINGS_FOUND, LOCALE_FOUND]],
    ['damaged', [LOCALE_FOUND]],
    ['careless', [...DATABASE_SETTINGS_FOUND, ...ROWS_ALONE_FOUND]],
  ] as const)('nothing else is found in what was %s', (state, more) => {
    const closed = TRAPS.filter((trap) => trap.state === state || trap.state === 'restored');
    const otherwise = state === 'careless' ? ['t07', 't08'] : [];
    const expected = closed.filter((trap) => !otherwise.includes(schemaOf(trap))).flatMap((trap) => trap.found);
    expect(found.get(state)).toEqual([...expected, ...more].toSorted());
  });
});
