import { appendFile, readFile, writeFile } from 'node:fs/promises';
import type { ConnectionSettings, LogEvent } from '@pgdrill/core';
import { afterEach, describe, expect, test } from 'vitest';
import type { PgDumpOptions } from '../mod.ts';
import { fragileSource, makeSurroundings, statementsAt } from '../testing/careless.ts';
import { connectionTo, queryAt, scriptAt, startRehearsal, type Rehearsal } from '../testing/rehearsal.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const [server] = await queryAt(
  connectionTo('postgres'),
  `SELECT current_setting('wal_level') AS level, (current_setting('server_version_num')::int < 170000)::text AS old`,
);

const rehearse = async (sql = 'SELECT 1'): Promise<Rehearsal> => {
  const rehearsal = await startRehearsal(sql);
  endings.push(() => rehearsal.close());
  return rehearsal;
};

const said = (events: readonly LogEvent[]): readonly string[] =>
  events
    .filter((event) => event.class !== 'lied')
    .map((event) => `${event.class} ${event.id ?? event.text}: ${event.object ?? '?'}, ${event.part}`)
    .toSorted();

const lies = (events: readonly LogEvent[]): readonly string[] =>
  events.filter((event) => event.class === 'lied').map(({ what }) => what);

const dropSubscription = async (connection: ConnectionSettings): Promise<void> => {
  await queryAt(connection, 'DROP SUBSCRIPTION IF EXISTS elsewhere');
};

const custom: PgDumpOptions = { format: 'custom', stopOnError: false };
const plain: PgDumpOptions = { format: 'plain', stopOnError: false };

const carelessLosses: readonly string[] = [
  'lost base-missing: table public.pairs, whole',
  'lost check-at-load: table public.checked, rows',
  'lost collation-missing: collation public.far, whole',
  'lost duplicates: index public.twins_key, whole',
  'lost extension-unavailable: extension no_such_extension, whole',
  'lost function-not-found: index public.words_by_outer, whole',
  'lost function-not-found: materialized view public.outer_words, rows',
  'lost language-missing: function public.foreign_f(), whole',
  'lost library-missing: function public.library_f(), whole',
  'lost not-created: collation public.far, whole',
  'lost not-created: extension no_such_extension, comment',
  'lost not-created: function public.foreign_f(), whole',
  'lost not-created: function public.library_f(), whole',
  'lost not-created: function public.setting_f(), whole',
  'lost not-created: function public.value_f(), whole',
  'lost not-created: table public.pairs, rows',
  'lost not-created: table public.pairs, whole',
  'lost not-immutable: index public.words_by_once, whole',
  'lost orphans: constraint public.children.children_i_fkey, whole',
  'lost policy-role-missing: policy public.guarded.theirs, whole',
  'lost relation-not-found: table public."Checked bare", rows',
  'lost role-missing: table public.granted, privileges',
  'lost role-missing: table public.owned, owner',
  'lost security-label-provider: table public.labelled, security-label',
  'lost setting-refused: function public.value_f(), whole',
  'lost setting-unknown: function public.setting_f(), whole',
  'lost subscription-unconnected: subscription elsewhere, whole',
  'lost tablespace-missing: table public.in_space, place',
];

describe('the log of a careless restore', () => {
  const careless = async (
    options: PgDumpOptions,
  ): Promise<{ readonly rehearsal: Rehearsal; readonly errors: number }> => {
    const surroundings = await makeSurroundings();
    endings.push(() => surroundings.drop());
    const rehearsal = await rehearse();
    await statementsAt(rehearsal.source, fragileSource(surroundings));
    endings.push(() => dropSubscription(rehearsal.source));
    const settings = { ...options, dumpArguments: [] };
    const artefact = await rehearsal.back(settings);
    await surroundings.takeAway(rehearsal.source);
    const target = await rehearsal.newDatabase();
    endings.push(() => dropSubscription(target));
    const { errors } = await rehearsal.restore(artefact, settings, { target });
    return { rehearsal, errors };
  };

  const publication = server?.['level'] === 'logical' ? [] : ['harmless wal-level: publication news, whole'];

  test('by pg_restore names every loss, its object and the cause', async () => {
    const { rehearsal, errors } = await careless(custom);
    expect(said(rehearsal.events)).toEqual([...publication, ...carelessLosses].toSorted());
    expect(lies(rehearsal.events)).toEqual([]);
    const ofErrors = rehearsal.events.filter(({ severity }) => severity === 'error');
    expect(ofErrors.reduce((sum, { times }) => sum + times, 0)).toBe(errors);
    expect(rehearsal.log.some(({ text }) => text.startsWith('pg_restore: creating'))).toBe(false);
  });

  test('by psql names the same, by the headings of the script', async () => {
    const { rehearsal, errors } = await careless(plain);
    const rows = ['lost rows-as-commands: table public.pairs, rows'];
    expect(said(rehearsal.events)).toEqual([...publication, ...carelessLosses, ...rows].toSorted());
    expect(lies(rehearsal.events)).toEqual([`psql ended with status 0 after ${errors} errors.`]);
  });

  test('by several processes names the rows that are gone, and quotes the command elsewhere', async () => {
    const { rehearsal } = await careless({ ...custom, jobs: 2 });
    const events = said(rehearsal.events);
    expect(events).toContain('lost relation-not-found: table public."Checked bare", rows');
    expect(events.every((event) => event.startsWith('lost '))).toBe(true);
    const owner = rehearsal.events.find(
      ({ id, part, text }) => id === 'role-missing' && part === 'owner' && / OWNER /.test(text),
    );
    expect(owner?.text).toMatch(/does not exist ALTER TABLE public\.owned OWNER TO role_/);
    expect(lies(rehearsal.events)).toEqual([]);
  });
});

describe('the log of a healthy restore', () => {
  test.each<PgDumpOptions>([{}, { format: 'plain' }, { jobs: 2 }, custom, plain])(
    'tells nothing: %j',
    async (options) => {
      const rehearsal = await rehearse(`
      CREATE TABLE orders (id int PRIMARY KEY, note text CHECK (length(note) > 1)); INSERT INTO orders VALUES (1, 'ERROR:  no');
      CREATE MATERIALIZED VIEW notes AS SELECT note FROM orders; CREATE INDEX ON orders (lower(note));`);
      await rehearsal.restore(await rehearsal.back(options), options);
      expect(rehearsal.events).toEqual([]);
    },
  );
});

describe('rows alone, restored into other tables', () => {
  const source = `
    CREATE TABLE a_null (i int, j int); INSERT INTO a_null VALUES (1, NULL);
    CREATE TABLE a_twice (i int); INSERT INTO a_twice VALUES (1);
    CREATE TABLE a_type (t text); INSERT INTO a_type VALUES ('geheim0');
    CREATE TABLE a_child (i int); INSERT INTO a_child VALUES (1);
    CREATE TABLE a_gone (t text); INSERT INTO a_gone VALUES ('geheim1 geheim2;'), ('SELECT geheim3;'), ('\\geheim4');
    CREATE TABLE a_self (i int PRIMARY KEY, up int REFERENCES a_self); INSERT INTO a_self VALUES (1, 1);`;
  const target = `
    CREATE TABLE a_null (i int, j int NOT NULL); CREATE TABLE a_twice (i int PRIMARY KEY); INSERT INTO a_twice VALUES (1);
    CREATE TABLE a_type (t int); CREATE TABLE parents (i int PRIMARY KEY); CREATE TABLE a_child (i int REFERENCES parents);
    CREATE TABLE a_self (i int PRIMARY KEY, up int REFERENCES a_self);`;
  const losses = [
    'harmless circular-foreign-keys: ?, whole',
    'lost duplicate-at-load: table public.a_twice, rows',
    'lost null-at-load: table public.a_null, rows',
    'lost orphan-at-load: table public.a_child, rows',
    'lost table-for-rows-missing: table public.a_gone, rows',
    'lost value-refused: table public.a_type, rows',
  ];

  test.each([
    [custom, losses],
    [
      plain,
      [
        ...losses,
        'lost base-missing: table public.a_gone, rows',
        'lost rows-as-commands: table public.a_gone, rows',
      ].toSorted(),
    ],
  ])('say which rows are gone, and never show them: %j', async (format, expected) => {
    const rehearsal = await rehearse(source);
    const options = { ...format, dumpArguments: ['--data-only'] };
    const into = await rehearsal.newDatabase();
    await scriptAt(into, target);
    await rehearsal.restore(await rehearsal.back(options), options, { target: into });
    expect(said(rehearsal.events)).toEqual(expected);
    expect(JSON.stringify([rehearsal.log, rehearsal.events])).not.toMatch(/geheim/);
  });
});

describe('a restore by a weak role', () => {
  test.each([custom, plain])('tells what it may not, and what was there: %j', async (format) => {
    const rehearsal = await rehearse(`
      CREATE TABLE taken (i int); CREATE EXTENSION pageinspect;
      CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
      CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION f();`);
    const role = `weak_${rehearsal.source.database}`;
    await queryAt(connectionTo('postgres'), `CREATE ROLE ${role} LOGIN PASSWORD 'geheim'`);
    const target = await rehearsal.newDatabase();
    endings.push(async () => {
      await queryAt(target, `DROP OWNED BY ${role}`);
      await queryAt(connectionTo('postgres'), `DROP ROLE ${role}`);
    });
    await scriptAt(
      target,
      `CREATE EXTENSION pageinspect; GRANT CREATE ON SCHEMA public TO ${role}; CREATE TABLE taken (i int)`,
    );
    const options = { ...format, dumpArguments: [] };
    await rehearsal.restore(await rehearsal.back(options), options, {
      target: { ...target, user: role, password: 'geheim' },
    });
    const events = said(rehearsal.events);
    expect(events).toEqual(
      expect.arrayContaining([
        'harmless extension-comment: extension pageinspect, comment',
        'lost already-exists: table public.taken, whole',
        'lost not-a-member: function public.f(), owner',
        'lost not-created: event trigger watcher, whole',
        'lost permission-denied: event trigger watcher, whole',
        'lost permission-denied: table public.taken, rows',
      ]),
    );
    expect(events.filter((event) => !/taken/.test(event))).toHaveLength(4);
  });
});

describe('a script that begins with a setting of a newer pg_dump', () => {
  const withSetting = async (stopOnError: boolean): Promise<Rehearsal> => {
    const rehearsal = await rehearse('CREATE TABLE t (i int)');
    const options = { ...plain, stopOnError };
    const artefact = await rehearsal.back(options);
    const script = await readFile(artefact.path, 'utf8');
    await writeFile(artefact.path, 'SET idle_in_transaction_session_timeout = 0;\nSET transaction_timeout = 0;\n');
    await appendFile(artefact.path, script);
    await rehearsal.restore(artefact, options);
    return rehearsal;
  };
  test.runIf(server?.['old'] === 'true')('loses nothing by it', async () => {
    expect(said((await withSetting(false)).events)).toEqual(['harmless setting-of-the-tool: ?, whole']);
  });

  test.runIf(server?.['old'] === 'true')('fails by it where it stops at the first error, and says why', async () => {
    await expect(withSetting(true)).rejects.toThrow(/transaction_timeout.*A newer pg_dump begins with settings/);
  });
});

describe('a restore that stops at its first error', () => {
  test.each<PgDumpOptions>([{}, { format: 'plain' }])('says what was lost, and why: %j', async (options) => {
    const rehearsal = await rehearse(`
      CREATE TABLE z_limits (i int); INSERT INTO z_limits VALUES (1);
      CREATE FUNCTION allowed(int) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.z_limits WHERE i = $1)';
      CREATE TABLE checked (i int CHECK (public.allowed(i))); INSERT INTO checked VALUES (1);`);
    const restoring = rehearsal.restore(await rehearsal.back(options), options);
    await expect(restoring).rejects.toThrow(/table public\.checked: its rows are not there\. A row broke a CHECK/);
  });
});
