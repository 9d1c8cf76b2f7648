import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type {
  CapturePlan,
  ChainConfig,
  ConnectionSettings,
  DriverName,
  Manifest,
  ReportCheck,
  Row,
} from '@pgdrill/core';
import { createTestDatabase, testServerUrl } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { loadAuditChain } from '../../sandbox/src/testing/workload.ts';
import { content } from './content.ts';
import { ledger, ledgerChain } from './fixtures/ledger.ts';
import { rowCount } from './row-count.ts';
import { verifyChain } from './verify-chain.ts';
import { writeTest } from './write-test.ts';

const role = `test_${randomBytes(6).toString('hex')}`;
const { signal } = new AbortController();
const open: TestDatabase[] = [];
let source: TestDatabase;
let before: Manifest;

/** Tables of every kind that matters here, and none that a copy of a row would not fit. */
const SHOP = `
  CREATE TABLE orders (id serial PRIMARY KEY, note text, ref text UNIQUE);
  CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "order" int NOT NULL REFERENCES orders, twice int GENERATED ALWAYS AS ("order" * 2) STORED);
  CREATE TABLE named (name text PRIMARY KEY);
  CREATE TABLE tokens (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), n int);
  CREATE TABLE parted (id bigserial, day int, PRIMARY KEY (id, day)) PARTITION BY LIST (day);
  CREATE TABLE parted_one PARTITION OF parted FOR VALUES IN (1);
  CREATE TABLE nothing (id serial PRIMARY KEY);
  CREATE TABLE log (what text);
  CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (TG_OP); RETURN NULL; END $$;
  CREATE TRIGGER seen AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION seen();
  INSERT INTO orders (note, ref) SELECT 'secret-' || n, 'ref-' || n FROM generate_series(1, 40) AS n;
  INSERT INTO lines ("order") SELECT n FROM generate_series(1, 40) AS n;
  INSERT INTO named VALUES ('secret-name'); INSERT INTO tokens (n) VALUES (1); INSERT INTO parted (day) VALUES (1);
  TRUNCATE log;`;

beforeAll(async () => {
  await runOn(testServerUrl(), `CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
  source = await newDatabase();
  await loadAuditChain({ connection: resolveConnection(source.url, {}), driver: 'pg', rows: 6 });
  await runOn(source.url, SHOP);
  before = await captured(source);
});
afterAll(async () => {
  for (const one of open.splice(0)) await one.drop();
  await runOn(testServerUrl(), `DROP ROLE IF EXISTS ${role}`);
});

async function newDatabase(sql?: string): Promise<TestDatabase> {
  const made = await createTestDatabase(sql === undefined ? {} : { sql });
  open.push(made);
  return made;
}

async function runOn(url: string, sql: string): Promise<void> {
  const db = await openWritable(resolveConnection(url, {}), 'pg');
  try {
    await db.script(sql);
  } finally {
    await db.close();
  }
}

async function query(url: string, sql: string): Promise<readonly Row[]> {
  const db = await openWritable(resolveConnection(url, {}), 'pg');
  try {
    return await db.query(sql);
  } finally {
    await db.close();
  }
}

const planOf = (
  chains: readonly ChainConfig[] = [],
  driver: DriverName = 'pg',
  tables = 10,
  verified = false,
): CapturePlan => ({
  checks: [
    ...(verified ? [{ check: verifyChain, options: {} }] : []),
    { check: rowCount, options: {} },
    { check: content, options: {} },
    { check: writeTest, options: { tables } },
  ],
  chains,
  reveal: 'surrogate-keys',
  driver,
  workers: 1,
  deadlineSeconds: 60,
});

function captured({ url }: TestDatabase, chains: readonly ChainConfig[] = []): Promise<Manifest> {
  return runCapture(planOf(chains), resolveConnection(url, {}), () => undefined, signal);
}

interface Asked {
  readonly chains?: readonly ChainConfig[];
  readonly driver?: DriverName;
  readonly tables?: number;
  readonly connection?: Partial<ConnectionSettings>;
  readonly had?: Manifest;
  /** The chains are verified as well, so that their heads are known. */
  readonly verified?: boolean;
}

/** Verifies a restored database, and tries to write to it. */
async function tried(
  { url }: TestDatabase,
  { chains, driver, tables, connection, had = before, verified = false }: Asked = {},
): Promise<ReportCheck> {
  const { report } = await runVerify(
    {
      ...planOf(chains, driver, tables, verified),
      command: 'verify',
      before: { manifest: had, connection: null },
      after: { manifest: null, connection: { ...resolveConnection(url, {}), ...connection } },
      writeTest: true,
    },
    () => undefined,
    signal,
  );
  expect(JSON.stringify(report)).not.toContain('secret-');
  const check = report.checks.find(({ name }) => name === 'write-test');
  if (check === undefined) throw new Error('nothing was judged');
  return check;
}

/** The source, privileges and all, with damage done to it. */
async function copyOf(from: TestDatabase, damage: string): Promise<TestDatabase> {
  const copy = await newDatabase();
  await copy.drop();
  await runOn(testServerUrl(), `CREATE DATABASE ${copy.name} TEMPLATE ${from.name}`);
  await runOn(copy.url, damage.replaceAll('CURRENT_DATABASE', copy.name));
  return copy;
}

const codes = ({ findings }: ReportCheck): readonly string[] =>
  findings.map(({ severity, code, subject }) => `${severity} ${code.slice('write-test/'.length)} ${subject}`);

const factsOf = ({ subjects }: ReportCheck): Readonly<Record<string, unknown>> =>
  Object.fromEntries(subjects.map(({ name, after }) => [name, after]));

describe('write-test', () => {
  it.each<DriverName>(['pg', 'postgres'])(
    'passes a healthy database, and leaves it as it was, by driver %s',
    async (driver) => {
      const copy = await copyOf(source, 'SELECT 1');
      const state = `SELECT (SELECT last_value || ':' || is_called FROM orders_id_seq) AS orders, (SELECT last_value FROM lines_id_seq) AS lines, (SELECT count(*) FROM log) AS log`;
      const was = await query(copy.url, state);
      const check = await tried(copy, { driver });
      expect(codes(check)).toEqual([]);
      expect(check.verdict).toBe('passed');
      expect(factsOf(check)).toEqual({
        'public.audit_events': {
          insert: 'not tested (a copy would not be unique)',
          update: 'refused by the database (23001)',
          delete: 'refused by the database (23001)',
          append: 'links to the head',
        },
        'public.orders': {
          'next value': 'id free',
          insert: 'worked',
          update: 'worked',
          delete: 'not tested (23503 lines_order_fkey)',
        },
        'public.lines': { 'next value': 'id free', insert: 'worked', update: 'worked', delete: 'worked' },
        'public.tokens': { insert: 'worked', update: 'worked', delete: 'worked' },
        'public.named': {
          insert: 'not tested (a copy would not be unique)',
          update: 'worked',
          delete: 'worked',
        },
        'public.parted': {
          insert: 'not tested (a copy would not be unique)',
          update: 'worked',
          delete: 'worked',
        },
        'public.audit_chain_head': {
          insert: 'not tested (a copy would not be unique)',
          update: 'worked',
          delete: 'worked',
        },
        'public.nothing': { 'next value': 'id free' },
      });
      expect(check.notes).toContain('Not tried, for want of a row: public.log, public.nothing.');
      expect(await query(copy.url, state)).toEqual(was);
      const now = await captured(copy);
      expect(now.checks['row-count']?.tables).toEqual(before.checks['row-count']?.tables);
      expect(now.checks['content']?.tables).toEqual(before.checks['content']?.tables);
    },
  );

  const BROKEN: readonly (readonly [what: string, damage: string, expected: readonly string[]])[] = [
    ['a sequence behind', `SELECT setval('orders_id_seq', 20)`, ['error next-value-taken public.orders']],
    [
      'a sequence behind that was not called',
      `SELECT setval('lines_id_seq', 40, false)`,
      ['error next-value-taken public.lines'],
    ],
    ['a sequence ahead', `SELECT setval('orders_id_seq', 4000)`, []],
    ['a sequence at its end', `ALTER SEQUENCE orders_id_seq MAXVALUE 40`, []],
    [
      'a function of a trigger that calls what is not there',
      `CREATE OR REPLACE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM gone(TG_OP); RETURN NULL; END $$`,
      ['error insert-failed public.orders', 'error update-failed public.orders'],
    ],
    [
      'a table gone that a trigger writes to',
      'DROP TABLE log',
      ['error insert-failed public.orders', 'error update-failed public.orders'],
    ],
    ['a search path lost', 'CREATE SCHEMA app; ALTER TABLE log SET SCHEMA app', ['warning search-path public.orders']],
    [
      'all of it read-only',
      'ALTER DATABASE CURRENT_DATABASE SET default_transaction_read_only = on',
      ['error read-only database'],
    ],
    [
      'triggers silenced for the database',
      `ALTER DATABASE CURRENT_DATABASE SET session_replication_role = 'replica'`,
      [
        'error append-failed public.audit_events',
        'error trigger-silent public.audit_events',
        'error trigger-silent public.audit_events',
        'error trigger-silent public.orders',
        'error trigger-silent public.orders',
        'error trigger-silent public.orders',
      ],
    ],
    [
      'a publication of a table without a replica identity, as it may be in the source',
      'ALTER TABLE tokens DROP CONSTRAINT tokens_pkey; CREATE PUBLICATION p FOR TABLE tokens',
      [],
    ],
    [
      'a trigger that refuses every insert on purpose',
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'secret-%', NEW; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse()`,
      [],
    ],
    ['a rule that does nothing instead', 'CREATE RULE keep AS ON DELETE TO tokens DO INSTEAD NOTHING', []],
    ['what the owner took from itself', 'REVOKE UPDATE, DELETE ON tokens FROM CURRENT_USER', []],
    [
      'a setting that only the application makes',
      `CREATE FUNCTION tenant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM current_setting('app.tenant'); RETURN NEW; END $$;
       CREATE TRIGGER tenant BEFORE INSERT ON tokens FOR EACH ROW EXECUTE FUNCTION tenant()`,
      [],
    ],
  ];
  it.each(BROKEN)('%s', async (_, damage, expected) => {
    const check = await tried(await copyOf(source, damage));
    expect(codes(check).toSorted()).toEqual(expected);
    expect(check.verdict).toBe(expected.some((line) => line.startsWith('error')) ? 'failed' : 'passed');
  });

  it('tells a role that lacks privileges, and what its own triggers may not do', async () => {
    const copy = await copyOf(
      source,
      `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role};
       GRANT INSERT, UPDATE, DELETE ON orders, lines TO ${role}`,
    );
    const check = await tried(copy, { connection: { user: role, password: 'x' } });
    expect(codes(check)).toContain('error permission-denied public.tokens');
    expect(codes(check)).toContain('error permission-denied public.orders');
    expect(codes(check)).not.toContain('error permission-denied public.lines');
    await runOn(copy.url, `GRANT INSERT ON log TO ${role}`);
    const allowed = await tried(copy, { connection: { user: role, password: 'x' } });
    expect(codes(allowed)).not.toContain('error permission-denied public.orders');
  });

  it('tries no more tables than it may, and says how many are left', async () => {
    const check = await tried(await copyOf(source, 'SELECT 1'), { tables: 1 });
    expect(Object.keys(factsOf(check))).not.toContain('public.tokens');
    expect(check.notes.join('\n')).toMatch(/Not tried: \d more tables/);
  });

  it('does not run a trigger that may reach outside the database', async () => {
    const copy = await copyOf(
      source,
      `CREATE FUNCTION call() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM http_post('http://example.invalid'); RETURN NEW; END $$;
       CREATE TRIGGER call BEFORE INSERT ON tokens FOR EACH ROW EXECUTE FUNCTION call()`,
    );
    const check = await tried(copy);
    expect(codes(check)).toEqual([]);
    expect(check.notes).toContain('public.tokens was not tested: a trigger of it may reach outside the database.');
  });

  it('does not read or write a partitioned table that has a partition on another server', async () => {
    const copy = await copyOf(
      source,
      `CREATE TABLE measured (n int) PARTITION BY RANGE (n);
       CREATE TABLE recent PARTITION OF measured FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (n);
       CREATE TABLE here PARTITION OF recent FOR VALUES FROM (100) TO (150); INSERT INTO here VALUES (101);
       CREATE FOREIGN DATA WRAPPER unreachable; CREATE SERVER elsewhere FOREIGN DATA WRAPPER unreachable;
       CREATE FOREIGN TABLE there PARTITION OF recent FOR VALUES FROM (150) TO (200) SERVER elsewhere`,
    );
    const check = await tried(copy);
    expect(codes(check)).toEqual([]);
    expect(check.verdict).toBe('passed');
    expect(check.notes).toContain('public.measured was not tested: a partition of it is a foreign table.');
  });

  it('is skipped, with the reason, in a database without rows, and refuses the source itself', async () => {
    const empty = await newDatabase('CREATE TABLE t (n int)');
    const copy = await newDatabase('CREATE TABLE t (n int)');
    expect(await tried(copy, { had: await captured(empty) })).toMatchObject({ verdict: 'skipped' });
    await expect(tried(source)).rejects.toThrow('cannot be told from the source');
  });
});

describe('write-test of a chain', () => {
  const append = 'public.audit_events';
  const BROKEN: readonly (readonly [what: string, damage: string, expected: readonly string[]])[] = [
    [
      'a trigger that does not seal any more',
      `CREATE OR REPLACE FUNCTION audit_events_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
      [`error append-failed ${append}`],
    ],
    [
      'a trigger that links to nothing',
      `CREATE OR REPLACE FUNCTION audit_events_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         NEW.prev_hash := repeat('0', 64); NEW.row_hash := public.audit_row_hash(NEW.prev_hash, NEW); UPDATE audit_chain_head SET head_hash = NEW.row_hash; RETURN NEW; END $$`,
      [`error append-does-not-link ${append}`],
    ],
    [
      'a sentinel that lags behind',
      `UPDATE audit_chain_head SET head_hash = (SELECT prev_hash FROM audit_events ORDER BY timestamp DESC LIMIT 1)`,
      [`error append-does-not-link ${append}`],
    ],
    [
      'a trigger that links to the last row in time, which a row of an earlier time follows already',
      `INSERT INTO audit_events (id, actor, actor_type, action, resource_type, resource_id, details, timestamp)
         VALUES ('late', 'writer', 'service', 'cert.renew', 'certificate', 'c-1', '{}', '2000-01-01 00:00:00+00');
       CREATE OR REPLACE FUNCTION audit_events_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         SELECT row_hash INTO NEW.prev_hash FROM public.audit_events ORDER BY timestamp DESC, id DESC LIMIT 1;
         NEW.row_hash := public.audit_row_hash(NEW.prev_hash, NEW); UPDATE public.audit_chain_head SET head_hash = NEW.row_hash; RETURN NEW; END $$`,
      [`error append-does-not-link ${append}`],
    ],
    [
      'a function that hashes something else',
      `CREATE OR REPLACE FUNCTION audit_row_hash(prev_hash text, event audit_events) RETURNS text LANGUAGE sql AS $$ SELECT encode(sha256('x'), 'hex') $$`,
      [`error append-hash-differs ${append}`],
    ],
    [
      'a sentinel that is not moved along',
      `CREATE OR REPLACE FUNCTION audit_events_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         SELECT head_hash INTO NEW.prev_hash FROM audit_chain_head; NEW.row_hash := public.audit_row_hash(NEW.prev_hash, NEW); RETURN NEW; END $$`,
      [`error append-sentinel-differs ${append}`],
    ],
    [
      'a table emptied: the first row begins anew',
      `ALTER TABLE audit_events DISABLE TRIGGER USER; DELETE FROM audit_events; ALTER TABLE audit_events ENABLE TRIGGER USER; UPDATE audit_chain_head SET head_hash = NULL`,
      [],
    ],
    ['no trigger that seals: how to append is not known', 'DROP TRIGGER audit_events_seal ON audit_events', []],
  ];
  describe.each([
    ['that was not verified', false],
    ['whose heads are known', true],
  ])('%s', (_known, verified) => {
    it.each(BROKEN)('%s', async (_, damage, expected) => {
      const check = await tried(await copyOf(source, damage), { tables: 0, verified });
      expect(codes(check)).toEqual(expected);
    });

    it('goes on', async () => {
      const check = await tried(await copyOf(source, 'SELECT 1'), { tables: 0, verified });
      expect(codes(check)).toEqual([]);
      expect(factsOf(check)).toMatchObject({ [append]: { append: 'links to the head' } });
    });
  });

  it('takes no offence where the table wants more than the preset gives, and says so', async () => {
    const more =
      'ALTER TABLE audit_events ADD COLUMN more int; ALTER TABLE audit_events ADD CHECK (more IS NOT NULL) NOT VALID';
    const check = await tried(await copyOf(source, more), { tables: 0 });
    expect(codes(check)).toEqual([]);
    expect(factsOf(check)).not.toHaveProperty(append);
    expect(check.notes.join(' ')).toContain(
      'No row was appended to public.audit_events: a check constraint refuses it',
    );
  });

  it('appends as the config says, to scopes of their own and without a previous hash', async () => {
    const chain: ChainConfig = {
      name: 'logs',
      table: 'public.logs',
      key: 'n',
      scope: ['tenant'],
      order: ['n'],
      hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
      prev: { genesis: { hashed: 'START' } },
      format: { separator: '|', fields: [{ prev: true }, { column: 'tenant' }, { column: 'what' }] },
      append: `SELECT public.say(1, 'pgdrill'), public.say(NULL, 'first')`,
    };
    const database = await newDatabase(`
      CREATE TABLE logs (n bigserial PRIMARY KEY, tenant int, what text, hash text);
      CREATE FUNCTION say(tenant int, what text) RETURNS void LANGUAGE sql AS $$
        INSERT INTO public.logs (tenant, what, hash) SELECT $1, $2, encode(sha256(convert_to(concat_ws('|', coalesce((SELECT l.hash FROM public.logs l WHERE l.tenant IS NOT DISTINCT FROM $1 ORDER BY n DESC LIMIT 1), 'START'), coalesce($1::text, ''), $2), 'UTF8')), 'hex') $$;
      SELECT say(1, 'a'), say(2, 'b'); SELECT say(1, 'c');`);
    const had = await captured(database, [chain]);
    const healthy = await tried(await copyOf(database, 'SELECT 1'), {
      chains: [{ ...chain, append: `SELECT public.say(1, 'pgdrill')` }],
      had,
      tables: 0,
    });
    expect(codes(healthy)).toEqual([]);
    expect(factsOf(healthy)).toMatchObject({ logs: { append: 'links to the head' } });
    const first = await tried(await copyOf(database, 'SELECT 1'), {
      chains: [{ ...chain, append: `SELECT public.say(NULL, 'first')` }],
      had,
      tables: 0,
    });
    expect(codes(first)).toEqual([]);
    const damage = `CREATE OR REPLACE FUNCTION say(tenant int, what text) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.logs (tenant, what, hash) VALUES ($1, $2, 'ab') $$`;
    const broken = await tried(await copyOf(database, damage), {
      chains: [{ ...chain, append: `SELECT public.say(1, 'pgdrill')` }],
      had,
      tables: 0,
    });
    expect(codes(broken)).toEqual(['error append-hash-differs logs']);
  });

  it('refuses a statement that would end its transaction, and tells one that appends nothing', async () => {
    const database = await newDatabase(ledger(5));
    const had = await captured(database, [ledgerChain]);
    const by = async (sql: string): Promise<ReportCheck> =>
      tried(await copyOf(database, 'SELECT 1'), { chains: [{ ...ledgerChain, append: sql }], had, tables: 0 });
    expect(await by('COMMIT')).toMatchObject({ verdict: 'unverified' });
    expect(codes(await by('SELECT 1'))).toEqual(['error append-failed the ledger']);
    expect(codes(await by('SELECT no_such_function()'))).toEqual(['error append-failed the ledger']);
    expect(codes(await by(`INSERT INTO public.ledger (n, at, hash) VALUES (99, now(), NULL)`))).toEqual([
      'error append-does-not-link the ledger',
    ]);
  });
});
