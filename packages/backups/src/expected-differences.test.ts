import type { ConnectionSettings, Row } from '@pgdrill/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectedDifferences } from './pg-dump/expected-differences.ts';
import type { PgDumpOptions } from './mod.ts';
import { scriptAt, startRehearsal, type Rehearsal } from './testing/rehearsal.ts';

/** One of each thing that an option can leave behind, but for tablespaces, security labels and subscriptions, which need more than a database. */
const everything = `
  CREATE SCHEMA app;
  CREATE TABLE app.t (i int);
  COMMENT ON TABLE app.t IS 'a comment';
  ALTER TABLE app.t ADD CONSTRAINT positive CHECK (i > 0); COMMENT ON CONSTRAINT positive ON app.t IS 'a comment';
  CREATE INDEX by_i ON app.t (i); COMMENT ON INDEX app.by_i IS 'a comment';
  CREATE TRIGGER same BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
  COMMENT ON TRIGGER same ON app.t IS 'a comment';
  CREATE POLICY all_rows ON app.t; COMMENT ON POLICY all_rows ON app.t IS 'a comment';
  CREATE EXTENSION citext; COMMENT ON EXTENSION citext IS 'a comment';
  GRANT SELECT ON app.t TO PUBLIC;
  ALTER TABLE app.t OWNER TO pg_monitor;
  ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
  CREATE PUBLICATION all_of_it FOR ALL TABLES;
  SELECT lo_from_bytea(4711, 'large'); COMMENT ON LARGE OBJECT 4711 IS 'a comment'; ALTER LARGE OBJECT 4711 OWNER TO pg_monitor; GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC;
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET work_mem = 65536', current_database());
    EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'a comment');
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO pg_read_all_stats', current_database());
    EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 17', current_database());
    EXECUTE format('ALTER DATABASE %I OWNER TO pg_monitor', current_database());
  END $$`;

/** What is there of each, under the code of the finding that its loss is. Of privileges, only those of others than the owner. */
const facts = `SELECT
  (SELECT relowner::regrole FROM pg_class WHERE oid = 'app.t'::regclass)::text AS "privileges/owner-differs",
  (SELECT count(*) FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = 'app.t'::regclass AND a.grantee <> c.relowner)::text
    AS "privileges/acl-differs",
  (SELECT count(*) FROM pg_default_acl)::text AS "privileges/default-privileges-differ",
  obj_description('app.t'::regclass, 'pg_class') AS "schema/comment-differs",
  (SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'positive') AS "constraints/comment-differs",
  (SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger WHERE tgname = 'same') AS "triggers/comment-differs",
  obj_description('app.by_i'::regclass, 'pg_class') AS "indexes/comment-differs",
  (SELECT obj_description(oid, 'pg_policy') FROM pg_policy WHERE polname = 'all_rows') AS "row-security/comment-differs",
  (SELECT obj_description(oid, 'pg_extension') FROM pg_extension WHERE extname = 'citext') AS "extensions/comment-differs",
  obj_description(4711, 'pg_largeobject') AS "large-objects/comment-differs",
  (SELECT count(*) FROM pg_publication)::text AS "schema/missing publication *",
  (SELECT count(*) FROM pg_largeobject_metadata)::text AS "large-objects/*",
  (SELECT count(*) FROM pg_db_role_setting s WHERE s.setdatabase = d.oid)::text AS "settings/database-settings-differ",
  shobj_description(d.oid, 'pg_database') AS "settings/database-comment-differs",
  (SELECT count(*) FROM aclexplode(d.datacl) a WHERE a.grantee NOT IN (0, d.datdba))::text AS "settings/database-acl-differs",
  d.datdba::regrole::text AS "settings/database-owner-differs", d.datconnlimit AS "settings/database-differs",
  -- What is lost altogether is not lost again with its owner.
  (SELECT coalesce(max(lomowner::regrole::text), 'pg_monitor') FROM pg_largeobject_metadata) AS "large-objects/owner-differs",
  (SELECT coalesce(max((SELECT count(*) FROM aclexplode(lomacl) a WHERE a.grantee <> lomowner)), 1) FROM pg_largeobject_metadata)::text AS "large-objects/acl-differs"
  FROM pg_database d WHERE d.datname = current_database()`;

let rehearsal: Rehearsal;
let before: Row;
beforeAll(async () => {
  rehearsal = await startRehearsal(everything);
  [before = {}] = await rehearsal.querySource(facts);
});
afterAll(() => rehearsal.close());

/** The codes of what really differs after a backup and a restore with these options. */
const lost = async (options: PgDumpOptions, target?: ConnectionSettings): Promise<readonly string[]> => {
  await rehearsal.restore(await rehearsal.back(options), options, target === undefined ? {} : { target });
  const [after = {}] = await rehearsal.query(facts);
  return Object.keys(before).filter((code) => before[code] !== after[code]);
};

const expected = (options: PgDumpOptions): readonly string[] =>
  expectedDifferences(options, { someTables: false, inPlace: false })
    // A restore to the same server finds every role there.
    .filter(({ code = '' }) => !/role|membership/.test(code))
    .map(({ code = '', subject }) => (subject === undefined ? code : `${code} ${subject}`));

test.each<PgDumpOptions>([
  {},
  { dumpArguments: [] },
  { dumpArguments: ['-O'] },
  { dumpArguments: ['--no-comments', '--no-publications', '-B'] },
  { dumpArguments: [], restoreArguments: ['-x', '--no-comments', '--no-publications'] },
  { format: 'plain', dumpArguments: ['-Ox'] },
])('expectedDifferences are what is lost on a real server, no more and no less: %j', async (options) => {
  expect((await lost(options)).toSorted()).toEqual(expected(options).toSorted());
});

test.each<[PgDumpOptions, string]>([
  [{ dumpArguments: ['-napp'] }, ''],
  [{ dumpArguments: ['-napp', '-b'] }, ''],
  // A restore of a schema's objects does not make the schema.
  [{ dumpArguments: [], restoreArguments: ['--schema=app'] }, 'CREATE SCHEMA app'],
])('expectedDifferences tell whether large objects are lost with what was not asked for: %j', async (options, sql) => {
  const target = await rehearsal.newDatabase();
  await scriptAt(target, sql);
  const code = 'large-objects/*';
  expect((await lost(options, target)).includes(code)).toBe(expected(options).includes(code));
});
