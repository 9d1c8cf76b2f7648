import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { openWritable, UsageError, type ConnectionSettings } from '@pgdrill/core';
import { afterEach, describe, expect, test } from 'vitest';
import type { PgDumpOptions } from '../mod.ts';
import { connectionTo, queryAt, scriptAt, startRehearsal, type Rehearsal } from '../testing/rehearsal.ts';
import { targetContext } from '../testing/target-context.ts';
import { dropAllScript, readDropPlan } from './drop-all.ts';
import { inPlaceTarget } from './in-place-target.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const rehearse = async (sql: string): Promise<Rehearsal> => {
  const rehearsal = await startRehearsal(sql);
  endings.push(() => rehearsal.close());
  return rehearsal;
};

/** Something of every kind that a dump creates again, much of it outside any schema. */
const rich = `
  CREATE EXTENSION pgcrypto; CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext; CREATE EXTENSION postgres_fdw;
  CREATE SCHEMA app; CREATE SCHEMA "Odd ""name';--";
  CREATE TYPE app.mood AS ENUM ('sad', 'ok');
  CREATE TABLE app.people (id serial PRIMARY KEY, mood app.mood, extra ext.hstore, h bytea DEFAULT digest('x', 'sha256'));
  INSERT INTO app.people (mood, extra) SELECT 'ok', 'a=>1' FROM generate_series(1, 100);
  CREATE TABLE "Odd ""name';--"."t;" (i int REFERENCES app.people); INSERT INTO "Odd ""name';--"."t;" VALUES (7);
  CREATE TABLE public.plain (i int); INSERT INTO public.plain VALUES (1), (2);
  CREATE MATERIALIZED VIEW public.sums AS SELECT sum(i) FROM public.plain;
  CREATE FUNCTION public.as_text(app.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
  CREATE CAST (app.mood AS int) WITH FUNCTION public.as_text(app.mood);
  CREATE FUNCTION public.big(money) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
  CREATE CAST (money AS bigint) WITH FUNCTION public.big(money);
  CREATE FUNCTION public.no_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'dropping is forbidden'; END $$;
  CREATE EVENT TRIGGER guard ON sql_drop EXECUTE FUNCTION public.no_drop();
  CREATE PUBLICATION everything FOR ALL TABLES;
  CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere');
  CREATE USER MAPPING FOR CURRENT_USER SERVER remote OPTIONS (user 'x', password 'hunter2');
  CREATE FOREIGN DATA WRAPPER own; CREATE SERVER own_server FOREIGN DATA WRAPPER own;
  CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
  SELECT lo_from_bytea(4711, 'large'); COMMENT ON LARGE OBJECT 4711 IS 'it''s';
  REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO pg_monitor WITH GRANT OPTION;
  COMMENT ON SCHEMA public IS E'ours \\\\ it''s';`;

const seen = `SELECT
  (SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM app.people p) AS people, (SELECT string_agg(i::text, ',') FROM "Odd ""name';--"."t;") AS odd,
  (SELECT string_agg(extname, ',' ORDER BY extname) FROM pg_extension) AS extensions, (SELECT sum::text FROM public.sums) AS sums,
  (SELECT string_agg(evtname, ',') FROM pg_event_trigger) AS event_triggers, (SELECT string_agg(pubname, ',') FROM pg_publication) AS publications,
  (SELECT string_agg(srvname, ',' ORDER BY srvname) FROM pg_foreign_server) AS servers, (SELECT count(*)::text FROM pg_user_mappings WHERE srvname = 'remote') AS mappings,
  (SELECT count(*)::text FROM pg_cast WHERE oid >= 16384) AS casts, (SELECT string_agg(amname, ',') FROM pg_am WHERE oid >= 16384) AS access_methods,
  (SELECT string_agg(lo_get(oid)::text || obj_description(oid, 'pg_largeobject'), ',') FROM pg_largeobject_metadata) AS large,
  (SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_') AS schemas,
  (SELECT nspowner::regrole::text || nspacl::text || obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'public') AS public`;

/** The original loop: everything is dropped, and the backup restored in its place. */
async function loop({ source, back, check, restore, querySource }: Rehearsal, options: PgDumpOptions): Promise<void> {
  const target = await inPlaceTarget({ confirm: source.database }).open(await targetContext(source));
  const artefact = await back(options);
  await check(artefact, options, true);
  await target.beforeRestore?.();
  const [left] = await querySource(
    `SELECT count(*)::text AS relations FROM pg_class WHERE oid >= 16384 AND relnamespace::regnamespace::text !~ '^pg_'`,
  );
  expect(left).toEqual({ relations: '0' });
  await restore(artefact, options, { target: target.connection });
  await target.close();
  await rm(artefact.path, { recursive: true });
}

describe('inPlaceTarget', () => {
  test.each<PgDumpOptions>([{}, { format: 'directory', jobs: 2 }, { format: 'tar' }, { format: 'plain' }])(
    'drops everything and lets the backup bring it back, twice: %j',
    async (options) => {
      const rehearsal = await rehearse(rich);
      const before = await rehearsal.querySource(seen);
      await loop(rehearsal, options);
      expect(await rehearsal.querySource(seen)).toEqual(before);
      await loop(rehearsal, options);
      expect(await rehearsal.querySource(seen)).toEqual(before);
    },
  );

  test('works with owners and privileges kept, and without a schema public', async () => {
    const rehearsal = await rehearse(
      'DROP SCHEMA public; CREATE SCHEMA app; CREATE TABLE app.t (i int); GRANT SELECT ON app.t TO PUBLIC',
    );
    await loop(rehearsal, { dumpArguments: [] });
    expect(await rehearsal.querySource(`SELECT relacl::text FROM pg_class WHERE relname = 't'`)).toEqual([
      { relacl: '{postgres=arwdDxt/postgres,=r/postgres}' },
    ]);
  });

  test('works for the owner of the database, who is no superuser', async () => {
    const role = `role_${randomBytes(4).toString('hex')}`;
    await queryAt(connectionTo('postgres'), `CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    endings.push(() => queryAt(connectionTo('postgres'), `DROP ROLE ${role}`));
    const rehearsal = await rehearse('SELECT 1');
    await queryAt(connectionTo('postgres'), `ALTER DATABASE ${rehearsal.source.database} OWNER TO ${role}`);
    const source = { ...rehearsal.source, user: role, password: 'x' };
    await scriptAt(
      source,
      'CREATE EXTENSION pgcrypto; CREATE TABLE t (i int); INSERT INTO t VALUES (1); SELECT lo_from_bytea(0, $$x$$)',
    );
    const [owned] = await queryAt(
      source,
      `SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = 'public'`,
    );
    await loop({ ...rehearsal, source }, {});
    expect(
      await queryAt(
        source,
        `SELECT (SELECT i::text FROM t) AS i, nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = 'public'`,
      ),
    ).toEqual([{ i: '1', ...owned }]);
  });

  test('keeps all of it when anything refuses to go', async () => {
    const rehearsal = await rehearse(rich);
    const before = await rehearsal.querySource(seen);
    const db = await openWritable(rehearsal.source, 'pg');
    endings.push(() => db.close());
    const plan = await readDropPlan(db);
    expect(plan.drops.length).toBeGreaterThan(10);
    await expect(
      db.script(dropAllScript({ ...plan, publicSchema: [...plan.publicSchema, 'SELECT 1/0'] })),
    ).rejects.toThrow('division by zero');
    expect(await rehearsal.querySource(seen)).toEqual(before);
  });

  test.each(['', 'other', 'TEST', '%'])('refuses the confirmation %j, and touches nothing', async (confirm) => {
    const { source } = await rehearse('CREATE TABLE t (i int)');
    const opening = inPlaceTarget({ confirm }).open(await targetContext(source));
    await expect(opening).rejects.toThrow(UsageError);
    await expect(opening).rejects.toThrow(`destroys the database ${source.database}`);
    expect(await queryAt(source, `SELECT count(*)::text AS n FROM t`)).toEqual([{ n: '0' }]);
  });

  test('is precious, and tells of other sessions', async () => {
    const { source } = await rehearse('SELECT 1');
    const other = await openWritable({ ...source, applicationName: 'somebody' }, 'pg');
    endings.push(() => other.close());
    const context = await targetContext(source);
    const target = await inPlaceTarget({ confirm: source.database }).open(context);
    expect(target.artefactIsPrecious).toBe(true);
    expect(context.notes.join()).toContain('1 other session(s) are connected');
  });

  test('tells of owners and privileges that the default arguments lose, and is silent where there are none', async () => {
    const plain = await targetContext((await rehearse('CREATE TABLE t (i int)')).source);
    await inPlaceTarget({ confirm: plain.source.identity.databaseName }).open(plain);
    expect(plain.notes).toEqual([]);
    const granted = await targetContext((await rehearse('CREATE TABLE t (i int); GRANT SELECT ON t TO PUBLIC')).source);
    await inPlaceTarget({ confirm: granted.source.identity.databaseName }).open(granted);
    expect(granted.notes.join()).toMatch(/^1 object\(s\) of .* Set dumpArguments to \[\] to keep them\.$/);
  });

  const weakly = async (
    sql: (role: string) => string,
    grant = '',
  ): Promise<{ readonly source: ConnectionSettings }> => {
    const role = `role_${randomBytes(4).toString('hex')}`;
    await queryAt(connectionTo('postgres'), `CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    endings.push(() => queryAt(connectionTo('postgres'), `DROP ROLE ${role}`));
    const { source } = await rehearse(sql(role));
    if (grant !== '') await queryAt(connectionTo('postgres'), `${grant} ${source.database} OWNER TO ${role}`);
    return { source: { ...source, user: role, password: 'x' } };
  };

  test.each([
    ['a schema of another role', 'CREATE SCHEMA app', /may not drop the schema app, of postgres/],
    [
      'an event trigger',
      `CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()`,
      /event trigger e/,
    ],
    [
      'an extension for superusers',
      'CREATE EXTENSION postgres_fdw',
      /only a superuser may create the extension postgres_fdw again/,
    ],
    ['a foreign-data wrapper', 'CREATE FOREIGN DATA WRAPPER w', /foreign-data wrapper w again/],
    ['a large object of another role', `SELECT lo_from_bytea(4711, 'x')`, /large object 4711 is of another role/],
  ])('refuses to an owner who is no superuser %s', async (_, sql, message) => {
    const { source } = await weakly(() => sql, 'ALTER DATABASE');
    const opening = inPlaceTarget({ confirm: source.database }).open(await targetContext(source));
    await expect(opening).rejects.toThrow(UsageError);
    await expect(opening).rejects.toThrow(message);
  });

  test('refuses a subscription', async () => {
    const { source } = await rehearse(
      `CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)`,
    );
    endings.push(async () => scriptAt(source, 'ALTER SUBSCRIPTION sub SET (slot_name = NONE); DROP SUBSCRIPTION sub'));
    await expect(inPlaceTarget({ confirm: source.database }).open(await targetContext(source))).rejects.toThrow(
      /subscription sub/,
    );
  });
});
