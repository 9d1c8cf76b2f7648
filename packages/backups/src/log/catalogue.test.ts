import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { notCreated } from './known/definitions.ts';
import { knownMessage } from './understand.ts';

/**
 * Id, type of the archive entry, message, and where PostgreSQL's sources write it. Those of the server come through `pg_restore` as `could not execute
 * query: ERROR:  ...`, and through `psql` with a SQLSTATE.
 */
const messages: readonly (readonly [id: string, type: string, text: string, source: string])[] = [
  [
    'check-at-load',
    'TABLE DATA',
    'COPY failed for table "t": ERROR:  new row for relation "t" violates check constraint "c"',
    'backend/executor/execMain.c',
  ],
  [
    'null-at-load',
    'TABLE DATA',
    'COPY failed for table "t": ERROR:  null value in column "j" of relation "t" violates not-null constraint',
    'backend/executor/execMain.c',
  ],
  [
    'duplicate-at-load',
    'TABLE DATA',
    'COPY failed for table "t": ERROR:  duplicate key value violates unique constraint "t_pkey"',
    'backend/access/nbtree/nbtinsert.c',
  ],
  [
    'orphan-at-load',
    'TABLE DATA',
    'COPY failed for table "t": ERROR:  insert or update on table "t" violates foreign key constraint "f"',
    'backend/utils/adt/ri_triggers.c',
  ],
  [
    'encoding-at-load',
    'TABLE DATA',
    'COPY failed for table "t": ERROR:  character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in encoding "LATIN1"',
    'backend/utils/mb/mbutils.c',
  ],
  [
    'encoding-at-load',
    'FUNCTION',
    'could not execute query: ERROR:  invalid byte sequence for encoding "UTF8": 0xff',
    'backend/utils/mb/mbutils.c',
  ],
  [
    'value-refused',
    'TABLE DATA',
    'COPY failed for table "t": ERROR:  invalid input syntax for type integer: "…"',
    'backend/utils/adt/numutils.c',
  ],
  [
    'value-refused',
    'TABLE DATA',
    'COPY failed for table "t": ERROR:  value too long for type character varying(3)',
    'backend/utils/adt/varchar.c',
  ],
  [
    'table-for-rows-missing',
    'TABLE DATA',
    'could not execute query: ERROR:  relation "public.t" does not exist',
    'backend/parser/parse_relation.c',
  ],
  [
    'rows-as-commands',
    'TABLE DATA',
    'psql:/b.sql:9: error: backslash commands are restricted; only \\unrestrict is allowed',
    'bin/psql/command.c',
  ],
  ['copy-failed', 'TABLE DATA', 'COPY failed for table "t": FEHLER:  etwas', 'bin/pg_dump/pg_backup_db.c'],
  [
    'large-object',
    'BLOB',
    'could not create large object 16401: ERROR:  duplicate',
    'bin/pg_dump/pg_backup_archiver.c',
  ],
  [
    'disk-full',
    'TABLE DATA',
    'COPY failed for table "t": ERROR:  could not extend file "base/5/16384": No space left on device',
    'backend/storage/smgr/md.c',
  ],
  ['out-of-memory', 'TABLE', 'could not execute query: ERROR:  out of shared memory', 'backend/storage/lmgr/lock.c'],
  [
    'cancelled',
    'INDEX',
    'could not execute query: ERROR:  canceling statement due to statement timeout',
    'backend/tcop/postgres.c',
  ],
  [
    'transaction-aborted',
    'TABLE',
    'could not execute query: ERROR:  current transaction is aborted, commands ignored until end of transaction block',
    'backend/tcop/postgres.c',
  ],
  [
    'circular-foreign-keys',
    '',
    'pg_dump: warning: there are circular foreign-key constraints on this table:',
    'bin/pg_dump/pg_dump_sort.c',
  ],
  [
    'dependency-loop',
    '',
    'pg_dump: warning: could not resolve dependency loop among these items:',
    'bin/pg_dump/pg_dump_sort.c',
  ],
  [
    'owner-dropped',
    '',
    'pg_dump: warning: owner of table "t" appears to be invalid',
    'bin/pg_dump/pg_dump.c, 14 and earlier',
  ],
  [
    'owner-not-settable',
    '',
    `pg_restore: warning: don't know how to set owner for object type "X"`,
    'bin/pg_dump/pg_backup_archiver.c, 15 and earlier',
  ],
  ['catalogue-damaged', '', 'pg_dump: warning: could not parse proargnames array', 'bin/pg_dump/pg_dump.c'],
  [
    'compression-unavailable',
    '',
    'pg_dump: warning: requested compression not available in this installation -- archive will be uncompressed',
    'bin/pg_dump/pg_dump.c, 15 and earlier',
  ],
  [
    'archive-not-readable-here',
    '',
    'pg_restore: warning: archive is compressed, but this installation does not support compression -- no data will be available',
    'bin/pg_dump/pg_backup_archiver.c, 15 and earlier',
  ],
  [
    'oids-dropped',
    'TABLE',
    'pg_restore: warning: restoring tables WITH OIDS is not supported anymore',
    'bin/pg_dump/pg_backup_archiver.c',
  ],
  [
    'larger-integers',
    '',
    'pg_restore: warning: archive was made on a machine with larger integers, some operations might fail',
    'bin/pg_dump/pg_backup_archiver.c',
  ],
  ['guard-unknown', '', 'psql:/b.sql:5: error: invalid command \\restrict', 'bin/psql/command.c, before 15.14'],
  [
    'guard-hit',
    'FUNCTION',
    'psql:/b.sql:50: error: backslash commands are restricted; only \\unrestrict is allowed',
    'bin/psql/command.c',
  ],
  ['list-line-ignored', '', 'pg_restore: warning: line ignored: x', 'bin/pg_dump/pg_backup_archiver.c'],
  [
    'setting-of-the-tool',
    '',
    'could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
    'backend/utils/misc/guc.c',
  ],
  [
    'setting-unknown',
    'FUNCTION',
    'could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
    'backend/utils/misc/guc.c',
  ],
  [
    'tablespace-missing',
    'TABLE',
    'could not set default_tablespace to s: ERROR:  invalid value for parameter "default_tablespace": "…"',
    'bin/pg_dump/pg_backup_archiver.c',
  ],
  [
    'access-method-missing',
    'TABLE',
    'could not set default_table_access_method: ERROR:  invalid value for parameter',
    'bin/pg_dump/pg_backup_archiver.c',
  ],
  [
    'collation-missing',
    'COLLATION',
    'could not execute query: ERROR:  could not create locale "xx_XX": No such file or directory',
    'backend/utils/adt/pg_locale.c',
  ],
  ['collation-version', '', 'WARNING:  database "d" has a collation version mismatch', 'backend/utils/init/postinit.c'],
  [
    'setting-refused',
    'FUNCTION',
    'could not execute query: ERROR:  invalid value for parameter "work_mem": "…"',
    'backend/utils/misc/guc.c',
  ],
  [
    'extension-unavailable',
    'EXTENSION',
    'could not execute query: ERROR:  extension "postgis" is not available',
    'backend/commands/extension.c',
  ],
  [
    'extension-unavailable',
    'EXTENSION',
    'could not execute query: ERROR:  could not open extension control file "/x/postgis.control": No such file or directory',
    'backend/commands/extension.c, 12',
  ],
  [
    'timescaledb',
    'TABLE DATA',
    'COPY failed for table "_hyper": ERROR:  invalid INSERT on the root table of hypertable "_hyper"',
    'timescaledb: src/hypertable.c',
  ],
  [
    'preload-missing',
    'VIEW',
    'could not execute query: ERROR:  pg_stat_statements must be loaded via shared_preload_libraries',
    'contrib/pg_stat_statements/pg_stat_statements.c',
  ],
  [
    'preload-missing',
    'VIEW',
    'could not execute query: ERROR:  pg_stat_statements must be loaded via "shared_preload_libraries"',
    'contrib/pg_stat_statements/pg_stat_statements.c, 17',
  ],
  [
    'extension-missing',
    'COMMENT',
    'could not execute query: ERROR:  extension "postgis" does not exist',
    'backend/commands/extension.c',
  ],
  [
    'language-missing',
    'FUNCTION',
    'could not execute query: ERROR:  language "plv8" does not exist',
    'backend/commands/functioncmds.c',
  ],
  [
    'library-missing',
    'FUNCTION',
    'could not execute query: ERROR:  could not access file "$libdir/x": No such file or directory',
    'backend/utils/fmgr/dfmgr.c',
  ],
  [
    'security-label-provider',
    'SECURITY LABEL',
    'could not execute query: ERROR:  security label provider "selinux" is not loaded',
    'backend/commands/seclabel.c',
  ],
  [
    'subscription-unconnected',
    'SUBSCRIPTION',
    'pg_restore: WARNING:  subscription was created, but is not connected',
    'backend/commands/subscriptioncmds.c',
  ],
  [
    'subscription-unconnected',
    'SUBSCRIPTION',
    'pg_restore: WARNING:  tables were not subscribed, you will have to run ALTER SUBSCRIPTION ... REFRESH PUBLICATION to subscribe the tables',
    'backend/commands/subscriptioncmds.c, 14',
  ],
  [
    'subscriptions-not-dumped',
    '',
    'pg_dump: warning: subscriptions not dumped because current user is not a superuser',
    'bin/pg_dump/pg_dump.c',
  ],
  [
    'wal-level',
    'PUBLICATION',
    'pg_restore: WARNING:  wal_level is insufficient to publish logical changes',
    'backend/commands/publicationcmds.c',
  ],
  [
    'policy-role-missing',
    'POLICY',
    'could not execute query: ERROR:  role "ann" does not exist',
    'backend/utils/adt/acl.c',
  ],
  ['role-missing', 'ACL', 'could not execute query: ERROR:  role "ann" does not exist', 'backend/utils/adt/acl.c'],
  [
    'not-a-member',
    'TABLE',
    'could not execute query: ERROR:  must be member of role "ann"',
    'backend/utils/adt/acl.c, 15',
  ],
  [
    'not-a-member',
    'TABLE',
    'could not execute query: ERROR:  must be able to SET ROLE "ann"',
    'backend/utils/adt/acl.c, 16',
  ],
  [
    'extension-comment',
    'COMMENT',
    'could not execute query: ERROR:  must be owner of extension postgis',
    'backend/catalog/aclchk.c',
  ],
  [
    'permission-denied',
    'SCHEMA',
    'could not execute query: ERROR:  permission denied for database d',
    'backend/catalog/aclchk.c',
  ],
  [
    'public-exists',
    'SCHEMA',
    'could not execute query: ERROR:  schema "public" already exists',
    'backend/catalog/pg_namespace.c',
  ],
  ['already-exists', 'TABLE', 'could not execute query: ERROR:  relation "t" already exists', 'backend/catalog/heap.c'],
  [
    'orphans',
    'FK CONSTRAINT',
    'could not execute query: ERROR:  insert or update on table "t" violates foreign key constraint "f"',
    'backend/utils/adt/ri_triggers.c',
  ],
  [
    'check-violated',
    'CHECK CONSTRAINT',
    'could not execute query: ERROR:  check constraint "c" of relation "t" is violated by some row',
    'backend/commands/tablecmds.c',
  ],
  [
    'duplicates',
    'INDEX',
    'could not execute query: ERROR:  could not create unique index "i"',
    'backend/access/nbtree/nbtsort.c',
  ],
  [
    'not-immutable',
    'INDEX',
    'could not execute query: ERROR:  functions in index expression must be marked IMMUTABLE',
    'backend/commands/indexcmds.c',
  ],
  [
    'function-not-found',
    'MATERIALIZED VIEW DATA',
    'could not execute query: ERROR:  function inner_f(text) does not exist',
    'backend/parser/parse_func.c',
  ],
  [
    'relation-not-found',
    'INDEX',
    'could not execute query: ERROR:  relation "rates" does not exist',
    'backend/parser/parse_relation.c',
  ],
  [
    'base-missing',
    'TABLE',
    'could not execute query: ERROR:  type "public.geometry" does not exist',
    'backend/parser/parse_type.c',
  ],
  ['server-too-old', 'TABLE', 'could not execute query: ERROR:  syntax error at or near "…"', 'backend/parser/scan.l'],
];

describe('catalogue', () => {
  test.each(messages)('%s: of a %s, %s (%s)', (id, type, text) => {
    expect(
      knownMessage({ text: text.startsWith('p') ? text : `pg_restore: error: ${text}`, sqlstate: null }, type)?.id,
    ).toBe(id);
  });

  test('has a message of PostgreSQL for every entry, and no id twice', () => {
    const ids = catalogue.map(({ id }) => id);
    expect([...new Set(messages.map(([id]) => id))].toSorted()).toEqual(ids.toSorted());
  });

  test.each([
    ['53100', '', 'disk-full'],
    ['42501', 'TABLE', 'permission-denied'],
    ['23503', 'FK CONSTRAINT', 'orphans'],
    ['23503', 'TABLE DATA', 'orphan-at-load'],
    ['23514', 'TABLE DATA', 'check-at-load'],
    ['42883', 'INDEX', 'function-not-found'],
    ['42P07', 'TABLE', 'already-exists'],
    ['22P02', 'TABLE DATA', 'value-refused'],
  ])('knows SQLSTATE %s of a "%s" in whatever language as %s', (sqlstate, type, id) => {
    expect(knownMessage({ text: 'psql:/b.sql:7: FEHLER:  …', sqlstate }, type)?.id).toBe(id);
  });

  test('knows nothing of a message that is nowhere in it', () => {
    expect(
      knownMessage({ text: 'pg_restore: error: could not execute query: FEHLER:  etwas', sqlstate: null }, 'TABLE'),
    ).toBeNull();
    expect(knownMessage({ text: 'psql:/b.sql:7: ERROR:  something', sqlstate: 'XX000' }, 'TABLE')).toBeNull();
  });

  test('is what docs/restore-log.md lists, in the same words', () => {
    const page = readFileSync(new URL('../../../../docs/restore-log.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (lost|harmless) +\| (.*?) +\| (.*?) +\|$/gm)].map((row) =>
      row.slice(1),
    );
    const known = [...catalogue, notCreated].map(({ id, meaning, what, why }) => [
      id,
      meaning,
      what,
      why.replaceAll('\\', '\\\\'),
    ]);
    expect(rows.toSorted(byId)).toEqual(known.toSorted(byId));
  });
});

function byId([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : 1;
}
