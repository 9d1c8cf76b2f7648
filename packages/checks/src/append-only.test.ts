import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, openWritable, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, Manifest, ReportCheck } from '@pgdrill/core';
import { createTestDatabase, testServerUrl } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { loadAuditChain } from '../../sandbox/src/testing/workload.ts';
import { appendOnly } from './append-only.ts';
import { captureChains } from './fixtures/capture-chains.ts';
import { headHash } from './head-hash.ts';

const checks = [appendOnly, headHash].map((check) => ({ check, options: {} }));
const role = `test_${randomBytes(6).toString('hex')}`;

/** The reference chain, guarded in every way there is: with a rule, with row-level security, and by privileges that even its owner lost. */
const GUARDED = `
  CREATE RULE keep AS ON DELETE TO audit_events DO INSTEAD NOTHING;
  ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
  CREATE POLICY append ON audit_events FOR INSERT TO ${role} WITH CHECK (actor <> '');
  REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM CURRENT_USER;
  GRANT SELECT, INSERT ON audit_events TO ${role};
  CREATE FUNCTION unrelated() RETURNS int LANGUAGE sql AS 'SELECT 1';`;

let source: TestDatabase;
let before: Manifest;
const open: TestDatabase[] = [];

beforeAll(async () => {
  await onServer(`CREATE ROLE ${role}`);
  source = await newDatabase();
  await loadAuditChain({ connection: resolveConnection(source.url, {}), driver: 'pg', rows: 6 });
  await run(source, GUARDED);
  before = await captured(source);
});
afterAll(async () => {
  for (const one of open.splice(0)) await one.drop();
  await onServer(`DROP ROLE IF EXISTS ${role}`);
});

async function onServer(sql: string): Promise<void> {
  const admin = await openWritable(resolveConnection(testServerUrl(), {}), 'pg');
  try {
    await admin.script(sql);
  } finally {
    await admin.close();
  }
}

async function run({ url }: TestDatabase, sql: string): Promise<void> {
  const db = await openWritable(resolveConnection(url, {}), 'pg');
  try {
    await db.script(sql);
  } finally {
    await db.close();
  }
}

async function newDatabase(sql?: string): Promise<TestDatabase> {
  const made = await createTestDatabase(sql === undefined ? {} : { sql });
  open.push(made);
  return made;
}

function captured({ url }: TestDatabase, chains: readonly ChainConfig[] = []): Promise<Manifest> {
  return captureChains(resolveConnection(url, {}), { checks, chains });
}

/** The source as a template has it: privileges and all. */
async function copyOfSource(damage: string): Promise<TestDatabase> {
  const copy = await newDatabase();
  await copy.drop();
  await onServer(`CREATE DATABASE ${copy.name} TEMPLATE ${source.name}`);
  await run(copy, damage);
  return copy;
}

function tool(program: string, args: readonly string[], input?: string): string {
  return execFileSync(program, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** The source as pg_dump and psql carry it. */
async function restored(pgDump: readonly string[], from = source): Promise<TestDatabase> {
  const target = await newDatabase();
  tool('psql', ['-Xqv', 'ON_ERROR_STOP=1', '--dbname', target.url], tool('pg_dump', [...pgDump, '--dbname', from.url]));
  return target;
}

function judged(had: Manifest, has: Manifest): ReportCheck {
  const [check] = judge(had, has, checks);
  if (check === undefined) throw new Error('nothing was judged');
  return check;
}

function codes({ findings }: ReportCheck): readonly string[] {
  return findings.map(({ severity, code }) => `${severity} ${code.slice('append-only/'.length)}`).toSorted();
}

const LIAR = `CREATE OR REPLACE FUNCTION verify_audit_chain(OUT first_break_id text, OUT first_break_pos bigint, OUT row_count bigint) LANGUAGE sql AS 'SELECT NULL::text, NULL::bigint, 6::bigint'`;

const DAMAGES: readonly (readonly [what: string, damage: string, codes: readonly string[]])[] = [
  ['nothing', 'SELECT 1', []],
  [
    'a function replaced that no guard calls',
    `CREATE OR REPLACE FUNCTION unrelated() RETURNS int LANGUAGE sql AS 'SELECT 2'`,
    [],
  ],
  [
    'rows appended',
    `INSERT INTO audit_events (id, actor, actor_type, action, "timestamp") VALUES ('zz', 'me', 'user', 'x', now())`,
    [],
  ],
  ['the TRUNCATE guard dropped', 'DROP TRIGGER audit_events_no_truncate ON audit_events', ['error trigger-missing']],
  [
    'every trigger disabled',
    'ALTER TABLE audit_events DISABLE TRIGGER USER',
    ['error trigger-disabled', 'error trigger-disabled', 'error trigger-disabled'],
  ],
  [
    'triggers disabled and enabled again',
    'ALTER TABLE audit_events DISABLE TRIGGER USER; ALTER TABLE audit_events ENABLE TRIGGER USER',
    [],
  ],
  [
    'a trigger left to replicas',
    'ALTER TABLE audit_events ENABLE REPLICA TRIGGER audit_events_append_only',
    ['error trigger-disabled'],
  ],
  [
    'a trigger that fires always',
    'ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_append_only',
    ['warning trigger-differs'],
  ],
  [
    'a trigger that refuses DELETE alone',
    'DROP TRIGGER audit_events_append_only ON audit_events; CREATE TRIGGER audit_events_append_only BEFORE DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()',
    ['error trigger-differs'],
  ],
  [
    'a trigger with a condition',
    'DROP TRIGGER audit_events_append_only ON audit_events; CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW WHEN (false) EXECUTE FUNCTION audit_events_refuse()',
    ['error trigger-differs'],
  ],
  [
    'a trigger more',
    'CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$; CREATE TRIGGER meddle BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION meddle()',
    ['error trigger-unexpected'],
  ],
  ['a rule dropped', 'DROP RULE keep ON audit_events', ['error rule-missing']],
  ['a rule disabled', 'ALTER TABLE audit_events DISABLE RULE keep', ['error rule-disabled']],
  [
    'a rule that does something else',
    'CREATE OR REPLACE RULE keep AS ON DELETE TO audit_events WHERE false DO INSTEAD NOTHING',
    ['error rule-differs'],
  ],
  ['a rule more', 'CREATE RULE swallow AS ON UPDATE TO audit_events DO INSTEAD NOTHING', ['error rule-unexpected']],
  [
    'the refusing function emptied',
    'CREATE OR REPLACE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$',
    ['error function-differs'],
  ],
  [
    'the refusing function with other settings',
    'ALTER FUNCTION audit_events_refuse() SECURITY DEFINER',
    ['error function-differs'],
  ],
  ['a verify function that lies', LIAR, ['error function-differs']],
  ['the verify function dropped', 'DROP FUNCTION verify_audit_chain', ['error function-missing']],
  [
    'the function replaced that seal and verify call',
    `CREATE OR REPLACE FUNCTION audit_row_hash(prev_hash text, event audit_events) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT event.row_hash'`,
    ['error function-differs'],
  ],
  ['the function dropped that seal and verify call', 'DROP FUNCTION audit_row_hash', ['error function-missing']],
  [
    'a namesake of the function that seal and verify call',
    `CREATE FUNCTION audit_row_hash(prev_hash text, event record) RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN ''; END$$`,
    ['error function-unexpected'],
  ],
  ['row-level security off', 'ALTER TABLE audit_events DISABLE ROW LEVEL SECURITY', ['error row-security-differs']],
  ['row-level security forced', 'ALTER TABLE audit_events FORCE ROW LEVEL SECURITY', ['warning row-security-differs']],
  ['a policy more', 'CREATE POLICY change ON audit_events FOR UPDATE USING (true)', ['error row-security-differs']],
  [
    'a policy that says something else',
    'ALTER POLICY append ON audit_events WITH CHECK (true)',
    ['error row-security-differs'],
  ],
  ['a policy dropped', 'DROP POLICY append ON audit_events', ['error row-security-differs']],
  ['UPDATE granted to all', 'GRANT UPDATE ON audit_events TO PUBLIC', ['error grants-wider']],
  ['UPDATE of one column granted', `GRANT UPDATE (actor) ON audit_events TO ${role}`, ['error grants-wider']],
  ['SELECT granted to all', 'GRANT SELECT ON audit_events TO PUBLIC', []],
  ['TRUNCATE granted to the owner again', 'GRANT TRUNCATE ON audit_events TO CURRENT_USER', ['error grants-wider']],
  ['INSERT revoked', `REVOKE INSERT ON audit_events FROM ${role}`, ['warning grants-narrower']],
  ['the table dropped', 'DROP TABLE audit_events CASCADE', ['error chain-missing']],
];

describe('appendOnly', () => {
  it.each(DAMAGES)('after %s', async (_, damage, expected) => {
    const check = judged(before, await captured(await copyOfSource(damage)));
    expect(codes(check)).toEqual(expected);
    expect(check.verdict).toBe(expected.some((code) => code.startsWith('error')) ? 'failed' : 'passed');
  });

  it('is silent after pg_dump with privileges, and gives notice of those that --no-acl leaves out', async () => {
    expect(codes(judged(before, await captured(await restored([]))))).toEqual([]);
    const check = judged(before, await captured(await restored(['--no-owner', '--no-acl'])));
    expect(check.verdict).toBe('passed');
    expect(codes(check)).toEqual(['notice grants-not-restored']);
    expect(check.findings[0]?.message).toContain('may do all, DELETE, TRUNCATE, UPDATE that it might not before');
  });

  it('warns of what one owner had taken from itself and another has, and of no more', async () => {
    const owned = await copyOfSource(`ALTER TABLE audit_events OWNER TO ${role}`);
    const had = await captured(owned);
    expect(codes(judged(had, await captured(await restored([], owned))))).toEqual([]);
    const check = judged(had, await captured(await restored(['--no-owner'], owned)));
    expect(codes(check)).toEqual(['warning grants-wider']);
    expect(check.findings[0]?.message).toMatch(
      /^The owner .* may do more to public\.audit_events than before: DELETE, TRUNCATE, UPDATE\.$/,
    );
  });

  it('takes other words of another major version for a warning, and another trigger for an error all the same', async () => {
    const had = await captured(source);
    const olderAfter = async (damage: string): Promise<Manifest> => {
      const text = JSON.stringify(await captured(await copyOfSource(damage)));
      return JSON.parse(text.replaceAll(/"major":\d+/g, '"major":11')) as Manifest;
    };
    expect(codes(judged(had, await olderAfter('SELECT 1')))).toEqual([]);
    const rule = 'CREATE OR REPLACE RULE keep AS ON DELETE TO audit_events WHERE false DO INSTEAD NOTHING';
    expect(codes(judged(had, await olderAfter(rule)))).toEqual(['warning rule-differs']);
    const refuse = `CREATE OR REPLACE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$`;
    expect(codes(judged(had, await olderAfter(refuse)))).toEqual(['error function-differs']);
  });

  it('tells triggers that a data-only restore left disabled, and leaves rows that they sealed anew to head-hash', async () => {
    const rows = tool('pg_dump', ['--data-only', '--inserts', '--dbname', source.url]);
    const forged = rows
      .replaceAll(/, '(user|service|system)', /g, ", 'forged', ")
      .replace(/(audit_chain_head VALUES \(true, )'\w+'/, '$1NULL');
    expect(forged).not.toBe(rows);
    const restore = async (data: string, [first, last]: readonly [string, string]): Promise<readonly ReportCheck[]> => {
      const target = await restored(['--schema-only']);
      const load = `${first}; ${data.replaceAll(/^\\.*$/gm, '')}; ${last}; SET search_path = public`;
      await run(target, load);
      return judge(before, await captured(target), checks);
    };
    const off = 'ALTER TABLE public.audit_events DISABLE TRIGGER USER';
    const on = 'ALTER TABLE public.audit_events ENABLE TRIGGER USER';
    const said = async (...how: Parameters<typeof restore>): Promise<readonly string[]> =>
      (await restore(...how)).flatMap(({ findings }) => findings.map(({ code }) => code));
    expect(await said(rows, [off, on])).toEqual([]);
    expect(await said(rows, [off, 'SELECT 1'])).toEqual(
      Array.from({ length: 3 }, () => 'append-only/trigger-disabled'),
    );
    expect(await said(forged, ['SELECT 1', 'SELECT 1'])).toEqual(['head-hash/head-resealed']);
  });

  it('shows no source text, in its finding nor in the manifest', async () => {
    const secret =
      "CREATE OR REPLACE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql SET application_name = 'hidden_setting' AS $$BEGIN RAISE 'hidden_text'; END$$";
    const after = await captured(await copyOfSource(secret));
    const check = judged(before, after);
    expect(codes(check)).toEqual(['error function-differs']);
    expect(check.findings[0]?.message).toBe(
      'The function public.audit_events_refuse(), on which public.audit_events depends, has another source text and other settings than before.',
    );
    expect(JSON.stringify([after, check])).not.toContain('hidden');
  });

  it('does not blame the restore for what was weak before', async () => {
    const opened = await copyOfSource(
      `ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only; DROP TRIGGER audit_events_no_truncate ON audit_events; GRANT UPDATE ON audit_events TO ${role}`,
    );
    const had = await captured(opened);
    const check = judged(had, had);
    expect(check.verdict).toBe('passed');
    expect(codes(check)).toEqual(['notice disabled-before', 'notice unguarded-before']);
    expect(check.findings[1]?.message).toBe(
      `No trigger or rule stands against UPDATE, TRUNCATE of public.audit_events, before the backup as after; granted to: ${role}. The restore did not do it.`,
    );
    expect(codes(judged(had, before))).toEqual([
      'error trigger-unexpected',
      'warning grants-narrower',
      'warning trigger-differs',
    ]);
  });

  it('looks at every partition, and says once what all of them share', async () => {
    const table = `CREATE TABLE log (n int, prev text, hash text) PARTITION BY RANGE (n);
      CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (9); CREATE TABLE log_2 PARTITION OF log DEFAULT;
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;
      CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION refuse();
      CREATE TRIGGER whole BEFORE TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION refuse();`;
    const chains: readonly ChainConfig[] = [
      {
        table: 'log',
        order: ['n'],
        hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
        prev: { column: 'prev', genesis: { stored: null, hashed: '' } },
        format: { separator: '|', fields: [{ prev: true }, { column: 'n' }] },
      },
    ];
    const target = await newDatabase(table);
    const had = await captured(target, chains);
    const check = judged(had, had);
    expect(codes(check)).toEqual(['notice unguarded-before']);
    expect(check.findings[0]?.message).toContain('against TRUNCATE of 2 tables, the first public.log_1, before');
    await run(target, 'ALTER TABLE log_2 DISABLE TRIGGER keep');
    const one = judged(had, await captured(target, chains)).findings.filter(({ severity }) => severity === 'error');
    expect(one.map(({ message }) => message)).toEqual([
      'The trigger keep of public.log_2 is disabled, and was enabled before.',
    ]);
    await run(target, 'DROP TRIGGER keep ON log');
    expect(codes(judged(had, await captured(target, chains)))).toEqual([
      'error trigger-missing',
      'notice unguarded-before',
    ]);
  });

  it('is skipped where there is no chain', async () => {
    const empty = await captured(await newDatabase('CREATE TABLE t (a int)'));
    expect(judged(empty, empty)).toMatchObject({ verdict: 'skipped', findings: [] });
  });
});
