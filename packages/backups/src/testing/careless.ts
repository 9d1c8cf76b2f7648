import { randomBytes } from 'node:crypto';
import { openWritable, type ConnectionSettings } from '@pgdrill/core';
import { connectionTo, queryAt } from './rehearsal.ts';

/** What a source stands on outside its own database, and what takes it away again. */
export interface Surroundings {
  readonly role: string;
  readonly tablespace: string;
  /** As after moving to another server: the role and the tablespace are gone, from this database's objects too. */
  takeAway(source: ConnectionSettings): Promise<void>;
  /** Once no database stands on them any more. */
  drop(): Promise<void>;
}

/** Runs statements one by one in one session; some cannot be in a transaction. */
export async function statementsAt(connection: ConnectionSettings, statements: readonly string[]): Promise<void> {
  const db = await openWritable(connection, 'pg');
  try {
    for (const statement of statements) await db.query(statement);
  } finally {
    await db.close();
  }
}

/** Makes a role and a tablespace of the server's own. */
export async function makeSurroundings(): Promise<Surroundings> {
  const id = randomBytes(6).toString('hex');
  const [role, tablespace] = [`role_${id}`, `space_${id}`];
  const drop = (): Promise<void> =>
    statementsAt(connectionTo('postgres'), [`DROP ROLE IF EXISTS ${role}`, `DROP TABLESPACE IF EXISTS ${tablespace}`]);
  await statementsAt(connectionTo('postgres'), [
    `CREATE ROLE ${role}`,
    'SET allow_in_place_tablespaces = on',
    `CREATE TABLESPACE ${tablespace} LOCATION ''`,
  ]);
  return {
    role,
    tablespace,
    takeAway: async (source) => {
      await queryAt(source, 'ALTER TABLE in_space SET TABLESPACE pg_default');
      await queryAt(source, `REASSIGN OWNED BY ${role} TO CURRENT_USER`);
      await queryAt(source, `DROP OWNED BY ${role}`);
      await drop();
    },
    drop,
  };
}

/** A database of which a restore elsewhere loses something of each kind. */
export function fragileSource({ role, tablespace }: Surroundings): readonly string[] {
  return [
    // Roles and places.
    'CREATE TABLE owned (i int)',
    `ALTER TABLE owned OWNER TO ${role}`,
    'CREATE TABLE granted (i int)',
    `GRANT SELECT ON granted TO ${role}`,
    'CREATE TABLE guarded (i int)',
    `CREATE POLICY theirs ON guarded TO ${role}`,
    `CREATE TABLE in_space (i int) TABLESPACE ${tablespace}`,
    // A CHECK that reads a table which is loaded later; the same without its schema.
    'CREATE TABLE z_limits (i int)',
    'INSERT INTO z_limits VALUES (1), (2)',
    `CREATE FUNCTION allowed(int) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.z_limits WHERE i = $1)'`,
    'CREATE TABLE checked (i int CHECK (public.allowed(i)))',
    'INSERT INTO checked VALUES (1), (2)',
    `CREATE FUNCTION allowed_bare(int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN EXISTS (SELECT FROM z_limits WHERE i = $1); END'`,
    'CREATE TABLE "Checked bare" (i int CHECK (public.allowed_bare(i)))',
    'INSERT INTO "Checked bare" VALUES (1), (2)',
    // A function that finds another by the search path.
    `CREATE FUNCTION inner_f(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)'`,
    `CREATE FUNCTION outer_f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN inner_f($1); END'`,
    'CREATE TABLE words (w text)',
    `INSERT INTO words VALUES ('A'), ('-- Name: no heading; Type: TABLE; Schema: public; Owner: x')`,
    'CREATE INDEX words_by_outer ON words (outer_f(w))',
    'CREATE MATERIALIZED VIEW outer_words AS SELECT outer_f(w) FROM words',
    `CREATE FUNCTION once(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END'`,
    'CREATE INDEX words_by_once ON words (once(w))',
    'ALTER FUNCTION once STABLE',
    // Rows that break a key.
    'CREATE TABLE parents (i int PRIMARY KEY)',
    'CREATE TABLE children (i int REFERENCES parents)',
    'SET session_replication_role = replica',
    'INSERT INTO children VALUES (1)',
    'RESET session_replication_role',
    'CREATE TABLE twins (i int)',
    'CREATE UNIQUE INDEX twins_key ON twins (i)',
    'SET allow_system_table_mods = on',
    `UPDATE pg_index SET indisready = false WHERE indexrelid = 'twins_key'::regclass`,
    'INSERT INTO twins VALUES (1), (1)',
    `UPDATE pg_index SET indisready = true WHERE indexrelid = 'twins_key'::regclass`,
    // What a server may lack.
    'CREATE LANGUAGE pl_elsewhere HANDLER plpgsql_call_handler',
    'ALTER EXTENSION plpgsql ADD LANGUAGE pl_elsewhere',
    `CREATE FUNCTION foreign_f() RETURNS int LANGUAGE pl_elsewhere AS 'x'`,
    'CREATE EXTENSION hstore',
    'CREATE TABLE pairs (h hstore)',
    `UPDATE pg_extension SET extname = 'no_such_extension' WHERE extname = 'hstore'`,
    `CREATE FUNCTION library_f() RETURNS int LANGUAGE internal AS 'pg_backend_pid'`,
    `UPDATE pg_proc SET prolang = (SELECT oid FROM pg_language WHERE lanname = 'c'), probin = '$libdir/no_such_library' WHERE proname = 'library_f'`,
    `CREATE FUNCTION setting_f() RETURNS int LANGUAGE sql RETURN 1`,
    `UPDATE pg_proc SET proconfig = '{no_such_setting=1}' WHERE proname = 'setting_f'`,
    `CREATE FUNCTION value_f() RETURNS int LANGUAGE sql RETURN 1`,
    `UPDATE pg_proc SET proconfig = '{work_mem=much}' WHERE proname = 'value_f'`,
    `CREATE COLLATION far (provider = libc, locale = 'C')`,
    `UPDATE pg_collation SET collcollate = 'xx_XX', collctype = 'xx_XX' WHERE collname = 'far'`,
    'CREATE TABLE labelled (i int)',
    `INSERT INTO pg_seclabel VALUES ('labelled'::regclass, 'pg_class'::regclass, 0, 'nobody', 'secret')`,
    'RESET allow_system_table_mods',
    // Replication.
    'CREATE TABLE published (i int)',
    'CREATE PUBLICATION news FOR TABLE published',
    `CREATE SUBSCRIPTION elsewhere CONNECTION 'dbname=nowhere' PUBLICATION news WITH (connect = false, slot_name = NONE)`,
  ];
}
