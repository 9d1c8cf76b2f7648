import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDoctor, runDrill, type Diagnosis, type DrillPlan, type Report } from '@pgdrill/core';
import { testServerUrl } from '../../../sandbox/src/testing/test-database.ts';
import type { DrillOptions } from '../drill-options.ts';
import { drillPlan } from '../plan/drill-plan.ts';
import { createDrillDatabase, query, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';

/** A healthy source, and one of which a restore asks much: roles, an extension, a tablespace; its row security hides rows even from its owner. */
let healthy: DrillDatabase;
let needy: DrillDatabase;
const space = `space_${randomBytes(6).toString('hex')}`;

const superuser = (sql: string, database = 'postgres'): Promise<unknown> => {
  const url = new URL(testServerUrl());
  url.pathname = `/${database}`;
  url.searchParams.set('options', '--allow_in_place_tablespaces=on');
  return query(url.href, sql);
};

beforeAll(async () => {
  const rows = 'CREATE TABLE public.orders AS SELECT a FROM generate_series(1, 100) AS a';
  healthy = await createDrillDatabase();
  await healthy.sql(rows);
  needy = await createDrillDatabase();
  await needy.sql(rows);
  await superuser(`CREATE TABLESPACE ${space} LOCATION ''`);
  await superuser(`ALTER TABLE public.orders SET TABLESPACE ${space}`, needy.name);
  await superuser('CREATE EXTENSION pg_trgm', needy.name);
  await superuser(`UPDATE pg_extension SET extname = 'no_such_extension' WHERE extname = 'pg_trgm'`, needy.name);
});
afterAll(async () => {
  await healthy.drop();
  await needy.drop();
  await superuser(`DROP TABLESPACE ${space}`);
});

interface Given {
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
}

const pgdrill = (
  args: readonly string[],
  source: DrillDatabase,
  { config = {}, env = {} }: Given = {},
): Promise<Ended> =>
  runCli([...args, '--source', '$SOURCE'], {
    cwd: newFolder({ 'pgdrill.config.json': JSON.stringify(config) }),
    env: { SOURCE: source.url, ...env },
  });

/** As the program plans it, without a process for it. */
const planned = async (
  options: DrillOptions,
  source: DrillDatabase,
  { config = {}, env = {} }: Given = {},
): Promise<DrillPlan> => {
  const environment = { SOURCE: source.url, ...env };
  const folder = newFolder();
  const settings = { config, file: null, baseDirectory: folder, workingDirectory: folder, environment };
  return await drillPlan({ source: '$SOURCE', ...options }, settings);
};

const never = new AbortController().signal;

const diagnosed = async (options: DrillOptions, source: DrillDatabase, given: Given = {}): Promise<Diagnosis> =>
  await runDoctor(await planned(options, source, given), never);

/** The report of a drill, and all that it says of how it went. */
const drilled = async (
  options: DrillOptions,
  source: DrillDatabase,
  given: Given = {},
): Promise<Report & { readonly said: string }> => {
  const { report } = await runDrill(await planned(options, source, given), () => undefined, never);
  return { ...report, said: [report.error?.message, ...report.notes].join('\n') };
};

/** What is not fit, as `id status`. */
const amiss = ({ items }: Diagnosis): readonly string[] =>
  items.filter(({ status }) => status === 'error' || status === 'warning').map(({ id, status }) => `${id} ${status}`);

describe('pgdrill doctor', () => {
  test('prints a table, finds nothing amiss where nothing is, and makes nothing', async () => {
    const ended = await pgdrill(['doctor'], healthy);
    expect(ended).toMatchObject({ code: 0, err: '', leftFiles: [], leftProcesses: [] });
    expect(ended.out).toMatch(/^ {2}ok +permissions +The role drill_/m);
    expect(ended.out).not.toMatch(/^ {2}(?:warning|error)/m);
    expect(ended.out.trimEnd().split('\n').at(-1)).toBe('A drill can begin.');
    expect(ended.out).not.toContain(healthy.password);
    expect(await healthy.leftDatabases()).toEqual([]);
  });

  test('prints as JSON, with status 3, all that a throwaway server lacks of what the restore asks for', async () => {
    const config = { backup: { dumpArguments: [] } };
    const ended = await pgdrill(['doctor', '--json', '--target', 'sandbox'], needy, { config });
    expect(ended).toMatchObject({ code: 3, err: '', leftFiles: [], leftProcesses: [] });
    const diagnosis = JSON.parse(ended.out) as Diagnosis;
    expect(amiss(diagnosis)).toEqual(['roles error', 'extensions error', 'tablespaces error']);
    expect(diagnosis).toMatchObject({ kind: 'pgdrill-doctor', canStart: false, exitCode: 3 });
    const text = diagnosis.items.map(({ message, remedy }) => `${message} ${remedy ?? ''}`).join('\n');
    expect(text).toContain(`${needy.role} (an owner)`);
    expect(text).toContain('no files of no_such_extension');
    expect(text).toContain(`lacks the tablespace ${space}`);
  });

  test('asks for less where the arguments leave it out, and of a source that needs less', async () => {
    const config = { backup: { restoreArguments: ['--no-tablespaces'] } };
    expect(amiss(await diagnosed({ target: 'sandbox' }, needy, { config }))).toEqual(['extensions error']);
    expect(amiss(await diagnosed({ target: 'sandbox' }, healthy))).toEqual([]);
  });

  test('refuses with status 2 what run refuses', async () => {
    const ended = await pgdrill(['doctor', '--target', '$SOURCE'], healthy);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('is the source itself');
  });
});

describe('pgdrill run', () => {
  test('begins nothing that is known to fail, says all that is, and ends with status 3', async () => {
    const config = { backup: { dumpArguments: [] } };
    const ended = await pgdrill(['run', '--target', 'sandbox'], needy, { config });
    expect(ended).toMatchObject({ code: 3, leftFiles: [], leftProcesses: [] });
    expect(ended.out.replaceAll(/\s+/g, ' ')).toMatch(
      /known to fail in 3 ways, so nothing was started\. \(1\) roles: .*\(2\) extensions: .*\(3\) tablespaces:/,
    );
    expect(ended.err).not.toContain('backup begins');
  });

  test('restores into no database of an encoding that cannot hold the text, unless the config ignores that', async () => {
    const env = { TARGET: healthy.urlOf(await emptyIn('LATIN1')) };
    const refused = await drilled({ target: '$TARGET' }, healthy, { env });
    expect(refused).toMatchObject({ exitCode: 3, error: { phase: 'open' } });
    expect(refused.said).toContain('encoding: The source is in UTF8 and the target in LATIN1');
    const config = { preflight: { ignore: ['encoding'] } };
    // The database is still empty, or it would be refused now.
    const ignored = await drilled({ target: '$TARGET', check: ['row-count'] }, healthy, { config, env });
    expect(ignored).toMatchObject({ exitCode: 0 });
    expect(ignored.said).toContain('Preflight, encoding (error, ignored as the config says): The source is in UTF8');
  });

  test('notes in the report what it was warned of, and goes on', async () => {
    const env = { TARGET: healthy.urlOf(await emptyIn('UTF8')) };
    const report = await drilled({ target: '$TARGET', check: ['row-count'] }, healthy, { env });
    expect(report).toMatchObject({ exitCode: 0 });
    expect(report.said).toMatch(/Preflight, collation: The source orders text by libc \S+, the target by libc C:/);
  });

  test('refuses an id to ignore that there is not, with the nearest', async () => {
    const ended = await pgdrill(['run'], healthy, { config: { preflight: { ignore: ['free-dsk'] } } });
    expect(ended).toMatchObject({ code: 2, out: '', leftFiles: [] });
    expect(ended.err).toContain('Did you mean "free-disk"?');
  });
});

/** A name of an empty database of the healthy source's role, with another locale than its own. */
const emptyIn = async (encoding: string): Promise<string> => {
  const name = await healthy.createEmpty();
  await superuser(`DROP DATABASE ${name}`);
  await superuser(`CREATE DATABASE ${name} OWNER ${healthy.role} TEMPLATE template0 ENCODING '${encoding}' LOCALE 'C'`);
  return name;
};

describe('a role that may not see all', () => {
  let weak: DrillDatabase;
  beforeAll(async () => {
    weak = await createDrillDatabase();
    await weak.sql('CREATE TABLE public.orders AS SELECT a FROM generate_series(1, 100) AS a');
    await weak.sql('ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY');
    await weak.sql('CREATE POLICY half ON public.orders USING (a <= 50)');
  });
  afterAll(() => weak.drop());

  const LEAVING_OUT = { backup: { dumpArguments: ['--no-owner', '--no-acl', '--enable-row-security'] } };

  test('passes while row security hides nothing from it', async () => {
    expect(await drilled({}, weak, { config: LEAVING_OUT })).toMatchObject({ exitCode: 0 });
  });

  test('is not let dump a part of the rows, nor passed where the config ignores that', async () => {
    await weak.sql('ALTER TABLE public.orders FORCE ROW LEVEL SECURITY');
    const plain = await drilled({}, weak);
    expect(plain).toMatchObject({ exitCode: 3 });
    expect(plain.said).toMatch(/row-security: .* hides rows .* in public\.orders: reading them fails/);
    const leaving = await drilled({}, weak, { config: LEAVING_OUT });
    expect(leaving).toMatchObject({ exitCode: 3 });
    expect(leaving.said).toMatch(/silently hold only the rows .*BYPASSRLS, and leave out --enable-row-security/);
    const config = { ...LEAVING_OUT, preflight: { ignore: ['row-security'] } };
    const ignoring = await drilled({}, weak, { config });
    expect(ignoring).toMatchObject({ verdict: 'unverified', exitCode: 3, backup: { method: 'pg_dump' } });
    await weak.sql('ALTER TABLE public.orders NO FORCE ROW LEVEL SECURITY');
    expect(await weak.leftDatabases()).toEqual([]);
  });

  test('is told which tables it may not read, by run before it begins, and by capture', async () => {
    await superuser('CREATE TABLE public.closed (a int)', weak.name);
    const refused = await drilled({}, weak);
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(refused.said).toMatch(
      /permissions: The role drill_\w+ may not read 1 .*: public\.closed\. GRANT pg_read_all_data/,
    );
    expect(await drilled({ excludeTable: ['closed'] }, weak)).toMatchObject({ exitCode: 0 });
    const captured = await pgdrill(['capture', '--out', 'm.json'], weak);
    expect(captured).toMatchObject({ code: 3 });
    expect(captured.err).toMatch(/Preflight of the source, permissions: The role drill_\w+ may not read 1/);
    expect(await weak.leftDatabases()).toEqual([]);
  });
});
