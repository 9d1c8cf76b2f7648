import { describe, expect, it } from 'vitest';
import { judge, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, Finding, Manifest } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { applicationLog, applicationLogChain } from '../fixtures/application-log.ts';
import { captureChains, chainChecks, chainsOf } from '../fixtures/capture-chains.ts';

/** Captures of a healthy side and its twin, by what they hold and how it is described: many cases share them. */
const healthy = new Map<string, Promise<readonly [Manifest, Manifest]>>();

async function twins(sql: string, chain: ChainConfig): Promise<readonly [Manifest, Manifest]> {
  const name = JSON.stringify([sql, chain]);
  const found = healthy.get(name) ?? Promise.all([captured(sql, chain), captured(sql, chain)]);
  healthy.set(name, found);
  return found;
}

async function captured(sql: string, chain: ChainConfig): Promise<Manifest> {
  const database = await createTestDatabase({ sql });
  try {
    return await captureChains(resolveConnection(database.url, {}), { chains: [chain] });
  } finally {
    await database.drop();
  }
}

const { sentinel: _, ...alone } = applicationLogChain;
const withoutSentinel: ChainConfig = alone;
const byTenant: ChainConfig = {
  ...withoutSentinel,
  scope: ['tenant'],
  format: { separator: '|', fields: [{ prev: true }, { column: 'n' }, { column: 'tenant' }] },
};
/** Seals the log anew with a chain for each tenant, NULL one of them. */
const TENANTS = `UPDATE log SET tenant = NULL WHERE n % 3 = 0;
  DO $$ DECLARE r log; own text; BEGIN FOR r IN SELECT * FROM log ORDER BY n LOOP
    SELECT hash INTO own FROM log WHERE n < r.n AND tenant IS NOT DISTINCT FROM r.tenant ORDER BY n DESC LIMIT 1;
    UPDATE log SET prev = own, hash = encode(sha256(convert_to(concat_ws('|', coalesce(own, ''), r.n, coalesce(r.tenant::text, '')), 'UTF8')), 'hex') WHERE n = r.n;
  END LOOP; END $$;`;
/** A verify function that goes by time alone, whoever follows whom. */
const NAIVE = `CREATE FUNCTION naive(OUT broken bigint, OUT n bigint) LANGUAGE sql AS $$
  SELECT min(x.n) FILTER (WHERE x.prev IS DISTINCT FROM x.before), count(*) FROM (SELECT l.n, l.prev, lag(l.hash) OVER (ORDER BY l.at, l.who) AS before FROM public.log l) x $$;`;
const naive = { query: 'SELECT * FROM public.naive()', firstBreak: 'broken', rows: 'n' };
/** Keys in another order than that of the links. */
const UUIDS = 'ALTER TABLE log ADD id uuid; UPDATE log SET id = md5(n::text)::uuid;';
const byUuid: ChainConfig = { ...withoutSentinel, key: 'id', order: ['id'] };
const byUuidAndTenant: ChainConfig = { ...byTenant, key: 'id', order: ['id'] };
const { order: _order, ...unordered } = applicationLogChain;
/** The same rows, in another place. */
const SHUFFLED = `CREATE TABLE shuffled AS SELECT * FROM log; DELETE FROM log;
  INSERT INTO log SELECT * FROM shuffled ORDER BY md5(n::text); DROP TABLE shuffled;`;
const formatOf = (tenant: string): ChainConfig => ({
  ...withoutSentinel,
  format: {
    ...(applicationLogChain.format as { separator: string; fields: [] }),
    when: { column: 'tenant', is: tenant },
  },
});

/** The application, whose database has another encoding now, seals all rows again. */
const SEAL_LATIN1 = applicationLog(12, 'LATIN1')
  .slice(applicationLog(12).indexOf('CREATE FUNCTION'))
  .replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

/** An index that was not kept for a while, and is used for every order, though not to count. */
const BROKEN_INDEX = `
  UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'log_pkey'::regclass;
  CREATE TABLE tail AS SELECT * FROM log WHERE n > 9; DELETE FROM log WHERE n > 9; INSERT INTO log SELECT * FROM tail;
  UPDATE pg_index SET indisready = true, indisvalid = true WHERE indexrelid = 'log_pkey'::regclass;
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET enable_sort = off', current_database());
    EXECUTE format('ALTER DATABASE %I SET enable_indexonlyscan = off', current_database());
  END $$`;

interface Case {
  readonly what: string;
  readonly chain?: ChainConfig;
  /** What both sides are beforehand, instead of a healthy log of twelve rows. */
  readonly both?: string;
  readonly damage: string;
  readonly codes: readonly string[];
  /** What the healthy side is found to have by itself. */
  readonly twin?: readonly string[];
}

/** By the classes of docs/checks: what happens to audit chains. */
const CASES: readonly Case[] = [
  {
    what: 'C01: the tail is cut',
    chain: withoutSentinel,
    damage: 'DELETE FROM log WHERE n > 9',
    codes: ['error head-hash/tail-missing', 'error walked-count/differs'],
  },
  {
    what: 'C02: a row is changed and all that follow sealed again',
    damage: `UPDATE log SET who = 'Eve' WHERE n = 5; SELECT seal(5)`,
    codes: ['error head-hash/head-resealed'],
  },
  {
    what: 'C02: the last row is changed and sealed again',
    damage: `UPDATE log SET who = 'Eve' WHERE n = 12; SELECT seal(12)`,
    codes: ['error head-hash/head-resealed'],
  },
  {
    what: 'C04: the tail is cut, the sentinel stays',
    damage: 'DELETE FROM log WHERE n > 9',
    codes: ['error head-hash/sentinel-differs', 'error head-hash/tail-missing', 'error walked-count/differs'],
  },
  {
    what: 'C05: rows are hashed in the bytes of another encoding',
    both: applicationLog(12),
    damage: SEAL_LATIN1,
    codes: ['error head-hash/head-differs', 'error verify-chain/encoding-drift'],
  },
  {
    what: 'C05: a database of that encoding, described as such',
    chain: {
      ...applicationLogChain,
      hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex', charset: 'latin1' },
    },
    both: applicationLog(12, 'LATIN1'),
    damage: 'SELECT 1',
    codes: [],
  },
  {
    what: 'C06: rows share a time, and a verify function goes by time',
    chain: { ...withoutSentinel, order: ['at', 'who'], verify: naive },
    both: `${applicationLog(12)} ${NAIVE} UPDATE log SET at = '2024-05-01 10:00:00.000123+00'; SELECT seal(1);`,
    damage: 'SELECT 1',
    codes: ['notice verify-chain/order-ambiguous', 'warning verify-chain/verifier-disagrees'],
    twin: ['notice verify-chain/order-ambiguous', 'warning verify-chain/verifier-disagrees'],
  },
  {
    what: 'C07: microseconds are cut',
    damage: `UPDATE log SET at = date_trunc('milliseconds', at)`,
    codes: ['error verify-chain/precision-loss'],
  },
  {
    what: 'json becomes jsonb',
    damage: 'ALTER TABLE log ALTER details TYPE jsonb',
    codes: ['error verify-chain/json-drift'],
  },
  {
    what: 'C08: a row in the middle is gone',
    damage: 'DELETE FROM log WHERE n = 5',
    codes: ['error verify-chain/link-mismatch', 'error walked-count/differs'],
  },
  {
    what: 'C08: two rows are swapped',
    damage: `UPDATE log SET n = -n WHERE n IN (4, 7); UPDATE log SET n = 11 + n WHERE n < 0`,
    codes: ['error verify-chain/content-mismatch'],
  },
  {
    what: 'C08: a row is there twice',
    damage: 'ALTER TABLE log DROP CONSTRAINT log_pkey; INSERT INTO log SELECT * FROM log WHERE n = 5',
    codes: ['error verify-chain/duplicate', 'error walked-count/differs'],
  },
  {
    what: 'C08: a fork',
    damage: `INSERT INTO log SELECT 13, at, 'Eve', details, tenant, hash, encode(sha256(convert_to(concat_ws('|', hash, 13, 'Eve', details, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), 'UTF8')), 'hex') FROM log WHERE n = 5`,
    codes: [
      'error head-hash/head-differs',
      'error head-hash/sentinel-differs',
      'error verify-chain/fork',
      'error walked-count/differs',
    ],
  },
  {
    what: 'C08: the beginning is gone',
    damage: 'DELETE FROM log WHERE n < 4',
    codes: ['error verify-chain/prefix-missing', 'error walked-count/differs'],
  },
  {
    what: 'C08: a whole tenant is gone',
    chain: byTenant,
    both: `${applicationLog(12)} ${TENANTS}`,
    damage: 'DELETE FROM log WHERE tenant = 1',
    codes: ['error head-hash/scope-missing', 'error walked-count/differs'],
  },
  {
    what: 'C08: the tail of the tenant NULL is gone',
    chain: byTenant,
    both: `${applicationLog(12)} ${TENANTS}`,
    damage: 'DELETE FROM log WHERE n = 12',
    codes: ['error head-hash/tail-missing', 'error walked-count/differs'],
  },
  {
    what: 'C08: a row is put into another tenant',
    chain: byTenant,
    both: `${applicationLog(12)} ${TENANTS}`,
    damage: 'UPDATE log SET tenant = 7 WHERE n = 11',
    codes: [
      'error head-hash/scope-unexpected',
      'error head-hash/tail-missing',
      'error verify-chain/content-mismatch',
      'error verify-chain/prefix-missing',
    ],
  },
  {
    what: 'C10: an older backup',
    damage: 'DELETE FROM log WHERE n > 9; UPDATE log_head SET hash = (SELECT hash FROM log WHERE n = 9)',
    codes: ['error head-hash/stale-backup', 'error walked-count/differs'],
  },
  {
    what: 'a number is missing where there is to be no gap',
    chain: { ...withoutSentinel, contiguous: 'n' },
    damage: 'DELETE FROM log WHERE n = 5; SELECT seal(6)',
    codes: ['error head-hash/head-resealed', 'error verify-chain/gap', 'error walked-count/differs'],
  },
  {
    what: 'a rolled-back number, where gaps are no matter',
    both: `${applicationLog(12)} UPDATE log SET n = n + 50 WHERE n > 6; SELECT seal(1);`,
    damage: 'SELECT 1',
    codes: [],
  },
  {
    what: 'a chain in the order of random uuids, which is not that of its links: a row is changed',
    chain: { ...withoutSentinel, key: 'id', order: ['id'] },
    both: `${applicationLog(12)} ALTER TABLE log ADD id uuid; UPDATE log SET id = md5(n::text)::uuid;`,
    damage: `UPDATE log SET who = 'Eve' WHERE n = 5`,
    codes: ['error verify-chain/content-mismatch'],
  },
  ...[2, 5, 8, 11].flatMap((n): readonly Case[] =>
    [
      { of: 'alone', chain: byUuid, both: `${applicationLog(12)} ${UUIDS}` },
      {
        of: 'and a sentinel',
        chain: { ...applicationLogChain, key: 'id', order: ['id'] },
        both: `${applicationLog(12)} ${UUIDS}`,
      },
      // Of two of the rows, the one is the first of its tenant, the other the last.
      ...(n === 2 || n === 11
        ? []
        : [{ of: 'for each tenant', chain: byUuidAndTenant, both: `${applicationLog(12)} ${TENANTS} ${UUIDS}` }]),
      { of: 'and no order', chain: unordered, both: applicationLog(12), shuffle: SHUFFLED },
    ].map(({ of, chain, both, shuffle = '' }) => ({
      what: `links in no order, ${of}: the row ${n} in the middle is gone`,
      chain,
      both,
      damage: `DELETE FROM log WHERE n = ${n}; ${shuffle}`,
      codes: ['error verify-chain/link-mismatch', 'error walked-count/differs'],
    })),
  ),
  ...[
    {
      of: 'in the order of random uuids',
      chain: byUuid,
      both: `${applicationLog(12)} ${UUIDS}`,
      uuid: `, md5('13')::uuid`,
    },
    { of: 'in no order', chain: unordered, both: applicationLog(12), shuffle: SHUFFLED },
  ].flatMap(({ of, chain, both, uuid = '', shuffle = '' }): readonly Case[] =>
    // The row that is put in comes before the one that it is beside, or after it.
    [2, 5, 8, 11].map((n) => ({
      what: `links ${of}: a fork after row ${n}`,
      chain,
      both,
      damage: `INSERT INTO log SELECT 13, at, 'Eve', details, tenant, hash, encode(sha256(convert_to(concat_ws('|', hash, 13, 'Eve', details, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), 'UTF8')), 'hex')${uuid} FROM log WHERE n = ${n}; ${shuffle}`,
      codes: ['error verify-chain/fork', 'error walked-count/differs'],
    })),
  ),
  {
    what: 'links in the order of random uuids: the tail is gone',
    chain: byUuid,
    both: `${applicationLog(12)} ${UUIDS}`,
    damage: 'DELETE FROM log WHERE n = 12',
    codes: ['error head-hash/tail-missing', 'error walked-count/differs'],
  },
  {
    what: 'links in the order of random uuids: the tail and a row in the middle are gone',
    chain: byUuid,
    both: `${applicationLog(12)} ${UUIDS}`,
    damage: 'DELETE FROM log WHERE n IN (5, 12)',
    codes: ['error head-hash/tail-missing', 'error verify-chain/link-mismatch', 'error walked-count/differs'],
  },
  {
    what: 'links in no order, and a sentinel: the rows are elsewhere',
    chain: unordered,
    damage: SHUFFLED,
    codes: [],
  },
  {
    what: 'links in no order, and a sentinel: the tail is gone',
    chain: unordered,
    damage: `DELETE FROM log WHERE n = 12; ${SHUFFLED}`,
    codes: ['error head-hash/sentinel-differs', 'error head-hash/tail-missing', 'error walked-count/differs'],
  },
  {
    what: 'links in no order, and a sentinel: the tail and a row in the middle are gone',
    chain: unordered,
    damage: `DELETE FROM log WHERE n IN (5, 12); ${SHUFFLED}`,
    codes: [
      'error head-hash/sentinel-differs',
      'error head-hash/tail-missing',
      'error verify-chain/link-mismatch',
      'error walked-count/differs',
    ],
  },
  {
    what: 'a chain in the order of uuids that rise: a row is gone',
    chain: { ...withoutSentinel, key: 'id', order: ['id'] },
    both: `${applicationLog(12)} ALTER TABLE log ADD id uuid; UPDATE log SET id = lpad(to_hex(n), 32, '0')::uuid;`,
    damage: 'DELETE FROM log WHERE n = 5',
    codes: ['error verify-chain/link-mismatch', 'error walked-count/differs'],
  },
  {
    what: 'a chain that stores no link, sealed in the order of uuids: a row gets another',
    chain: { ...withoutSentinel, key: 'id', order: ['id'], prev: { genesis: { hashed: '' } } },
    both: `${applicationLog(12)} ALTER TABLE log ADD id uuid, DROP prev;
      UPDATE log SET id = lpad(to_hex(n), 32, '0')::uuid;`,
    damage: `UPDATE log SET id = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE n = 5`,
    codes: ['error head-hash/head-differs', 'error verify-chain/content-mismatch'],
  },
  {
    what: 'an index without the last rows, from which the order is read',
    chain: { ...withoutSentinel, verifiers: ['independent'] },
    damage: BROKEN_INDEX,
    codes: ['error head-hash/tail-missing', 'error walked-count/differs', 'error walked-count/rows-unwalked'],
  },
  {
    what: 'rows lose their hash',
    chain: withoutSentinel,
    damage: 'UPDATE log SET hash = NULL WHERE n = 12',
    codes: ['error head-hash/tail-missing', 'error verify-chain/unchained-rows', 'error walked-count/differs'],
  },
  {
    what: 'rows never had a hash',
    both: `${applicationLog(12)} INSERT INTO log (n) VALUES (0)`,
    damage: 'SELECT 1',
    codes: ['warning verify-chain/unchained-rows'],
    twin: ['warning verify-chain/unchained-rows'],
  },
  {
    what: 'rows that no format is meant for',
    chain: formatOf('1'),
    both: `${applicationLog(12)} UPDATE log SET tenant = 1`,
    damage: 'UPDATE log SET tenant = 2 WHERE n = 3',
    codes: ['error verify-chain/unverifiable-format'],
  },
  {
    what: 'a lying verify function',
    chain: { ...applicationLogChain, verify: { ...naive } },
    both: `${applicationLog(12)} CREATE FUNCTION naive(OUT broken bigint, OUT n bigint) LANGUAGE sql AS $$ SELECT NULL::bigint, count(*) FROM public.log $$;`,
    damage: `UPDATE log SET who = 'Eve' WHERE n = 5`,
    codes: ['error verify-chain/content-mismatch', 'error verify-chain/verifier-disagrees'],
  },
];

const codesOf = (before: Manifest, after: Manifest): readonly string[] =>
  judge(before, after, chainChecks)
    .flatMap(({ findings }) => findings.map(({ severity, code }: Finding) => `${severity} ${code}`))
    .toSorted();

describe('the chain checks name', () => {
  it.each(CASES)(
    '$what',
    async ({ chain = applicationLogChain, both = applicationLog(12), damage, codes, twin = [] }) => {
      const [before, other] = await twins(both, chain);
      expect(codesOf(before, other)).toEqual(twin);
      expect(codesOf(before, await captured(`${both}; ${damage}`, chain))).toEqual(codes);
    },
  );

  it('the scopes of a table that holds ten thousand chains', { timeout: 120_000 }, async () => {
    const hash = (prev: string, seq: number): string =>
      `encode(sha256(convert_to(${prev} || '|' || tenant || '|${seq}', 'UTF8')), 'hex')`;
    const sql = `CREATE TABLE many (tenant int, seq int, prev text, hash text);
      INSERT INTO many SELECT tenant, 1, NULL, ${hash(`''`, 1)} FROM generate_series(1, 10000) AS tenant;
      INSERT INTO many SELECT tenant, 2, hash, ${hash('hash', 2)} FROM many;
      INSERT INTO many SELECT tenant, 3, hash, ${hash('hash', 3)} FROM many WHERE seq = 2;`;
    const chain: ChainConfig = {
      table: 'many',
      scope: ['tenant'],
      order: ['seq'],
      hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
      prev: { column: 'prev', genesis: { hashed: '' } },
      format: { separator: '|', fields: [{ prev: true }, { column: 'tenant' }, { column: 'seq' }] },
    };
    const before = await captured(sql, chain);
    const [whole] = chainsOf(before);
    expect(whole).toMatchObject({ rows: 30_000, breaks: {} });
    expect(whole?.verifiers.sql).toEqual({ rows: 30_000, mismatches: 0, whole: true });
    expect(whole?.heads.length).toBe(10_000);
    const after = await captured(
      `${sql} DELETE FROM many WHERE tenant = 4321; DELETE FROM many WHERE tenant = 77 AND seq = 3`,
      chain,
    );
    expect(codesOf(before, after)).toEqual([
      'error head-hash/scope-missing',
      'error head-hash/tail-missing',
      'error walked-count/differs',
    ]);
    const messages = judge(before, after, chainChecks).flatMap(({ findings }) =>
      findings.map(({ message }) => message),
    );
    expect(messages.join('\n')).toMatch(/4321[^]*77/);
  });
});
