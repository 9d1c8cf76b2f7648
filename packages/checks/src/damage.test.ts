import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type { ConnectionSettings, Manifest, Report } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { loadAuditChain } from '../../sandbox/src/testing/workload.ts';
import { everyCheck as plan } from './fixtures/every-check.ts';

const { signal } = new AbortController();

let database: TestDatabase;
let connection: ConnectionSettings;
let before: Manifest;
beforeAll(async () => {
  database = await createTestDatabase();
  connection = resolveConnection(database.url, {});
  await loadAuditChain({ connection, driver: 'pg', rows: 24 });
  before = await runCapture(plan, connection, () => undefined, signal);
});
afterAll(() => database.drop());

/** Judges the database as it is after `damage`, which is undone by a copy made beforehand. */
async function verifiedAfter(damage: string): Promise<Report> {
  const copy = await createTestDatabase();
  const admin = await openWritable({ ...connection, database: 'postgres' }, 'pg');
  try {
    await copy.drop();
    await admin.query(`CREATE DATABASE ${copy.name} TEMPLATE ${database.name}`);
    const after = resolveConnection(copy.url, {});
    const db = await openWritable(after, 'pg');
    await db.script(damage);
    // Triggers that were disabled to do the damage are a finding of their own.
    await db.script('ALTER TABLE IF EXISTS audit_events ENABLE TRIGGER USER');
    await db.close();
    const sides = { before: { manifest: before, connection: null }, after: { manifest: null, connection: after } };
    return (await runVerify({ ...plan, command: 'verify', ...sides }, () => undefined, signal)).report;
  } finally {
    await admin.close();
    await copy.drop();
  }
}

const OPEN = 'ALTER TABLE audit_events DISABLE TRIGGER USER;';
const NTH = (n: number): string => `(SELECT id FROM audit_events ORDER BY "timestamp", id OFFSET ${n - 1} LIMIT 1)`;
const INSERT = `INSERT INTO audit_events (id, actor, actor_type, action, "timestamp") VALUES ('zz', 'me', 'user', 'login', '2030-01-01 00:00:00.123456+00');`;

/** A row right behind the nth that links to the same row as the one that follows it; its hash fits. */
const FORGE = (n: number): string =>
  `INSERT INTO audit_events SELECT 'forged', e.actor, e.actor_type, e.action, e.resource_type, e.resource_id, e.details, e."timestamp" + interval '1 microsecond', e.row_hash, ''
     FROM audit_events e WHERE id = ${NTH(n)};
   UPDATE audit_events e SET row_hash = audit_row_hash(e.prev_hash, e) WHERE id = 'forged'`;

/** What is done, the codes that must come of it, and the checks that may then not be judged: those that compare one set of rows with another, or the parts of a table. */
type Damage = [what: string, damage: string, codes: readonly string[], unverified?: readonly string[]];

const DAMAGES: readonly Damage[] = [
  ['nothing', 'SELECT 1', []],
  [
    'a middle row deleted',
    `${OPEN} DELETE FROM audit_events WHERE id = ${NTH(9)}`,
    ['content/differs', 'row-count/differs', 'verify-chain/link-mismatch', 'walked-count/differs'],
    ['timestamp-precision'],
  ],
  [
    'the first row deleted',
    `${OPEN} DELETE FROM audit_events WHERE id = ${NTH(1)}`,
    ['content/differs', 'row-count/differs', 'verify-chain/prefix-missing', 'walked-count/differs'],
    ['timestamp-precision'],
  ],
  [
    'the tail deleted',
    `${OPEN} DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events ORDER BY "timestamp" DESC, id DESC LIMIT 5)`,
    [
      'content/differs',
      'head-hash/sentinel-differs',
      'head-hash/tail-missing',
      'row-count/differs',
      'walked-count/differs',
    ],
    ['timestamp-precision'],
  ],
  [
    'a byte of a hash changed',
    `${OPEN} UPDATE audit_events SET row_hash = overlay(row_hash placing CASE WHEN row_hash LIKE '0%' THEN '1' ELSE '0' END FROM 1) WHERE id = ${NTH(9)}`,
    ['content/differs', 'verify-chain/content-mismatch', 'verify-chain/link-mismatch'],
  ],
  [
    'one timestamp cut to milliseconds',
    `${OPEN} UPDATE audit_events SET "timestamp" = date_trunc('milliseconds', "timestamp") WHERE id = ${NTH(9)}`,
    ['content/differs', 'timestamp-precision/digits-lost', 'verify-chain/precision-loss'],
  ],
  [
    'every timestamp cut to milliseconds, hashes left',
    `${OPEN} UPDATE audit_events SET "timestamp" = date_trunc('milliseconds', "timestamp")`,
    ['content/differs', 'timestamp-precision/digits-lost', 'verify-chain/precision-loss'],
  ],
  [
    'a value changed',
    `${OPEN} UPDATE audit_events SET actor = actor || ' ' WHERE id = ${NTH(9)}`,
    ['content/differs', 'verify-chain/content-mismatch'],
  ],
  [
    'the table emptied',
    `${OPEN} DELETE FROM audit_events`,
    [
      'content/differs',
      'head-hash/head-missing',
      'head-hash/sentinel-differs',
      'row-count/differs',
      'verify-chain/empty-chain',
      'walked-count/differs',
    ],
    ['timestamp-precision'],
  ],
  [
    'the table dropped',
    'DROP TABLE audit_events CASCADE',
    [
      'append-only/chain-missing',
      'content/missing',
      'head-hash/chain-missing',
      'row-count/table-missing',
      'schema/missing',
      'schema/missing',
      'verify-chain/chain-missing',
      'walked-count/chain-missing',
    ],
    // What was part of the table.
    ['timestamp-precision', 'indexes', 'triggers', 'constraints', 'privileges', 'statistics'],
  ],
  [
    'a row inserted',
    INSERT,
    ['content/differs', 'content/differs', 'head-hash/head-differs', 'row-count/differs', 'walked-count/differs'],
    ['timestamp-precision'],
  ],
  [
    'an older backup',
    `${OPEN} DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events ORDER BY "timestamp" DESC, id DESC LIMIT 3); UPDATE audit_chain_head SET head_hash = (SELECT row_hash FROM audit_events ORDER BY "timestamp" DESC, id DESC LIMIT 1)`,
    ['content/differs', 'content/differs', 'head-hash/stale-backup', 'row-count/differs', 'walked-count/differs'],
    ['timestamp-precision'],
  ],
  [
    'rows forged and sealed anew by the trigger',
    `CREATE TEMP TABLE forged AS TABLE audit_events; UPDATE forged SET actor = 'nobody' WHERE id = ${NTH(9)}; ${OPEN} DELETE FROM audit_events; ALTER TABLE audit_events ENABLE TRIGGER USER; UPDATE audit_chain_head SET head_hash = NULL; INSERT INTO audit_events SELECT * FROM forged ORDER BY "timestamp", id`,
    ['content/differs', 'content/differs', 'head-hash/head-resealed'],
  ],
  [
    'a verify function that lies',
    `${OPEN} DELETE FROM audit_events WHERE id = ${NTH(9)}; CREATE OR REPLACE FUNCTION verify_audit_chain(OUT first_break_id text, OUT first_break_pos bigint, OUT row_count bigint) LANGUAGE sql AS 'SELECT NULL::text, NULL::bigint, 24::bigint'`,
    [
      'append-only/function-differs',
      'content/differs',
      'row-count/differs',
      'schema/differs',
      'verify-chain/link-mismatch',
      'verify-chain/verifier-disagrees',
      'walked-count/differs',
    ],
    ['timestamp-precision'],
  ],
  [
    'a row forged beside another, with the right hash',
    `${OPEN} ${FORGE(9)}`,
    ['content/differs', 'row-count/differs', 'verify-chain/fork', 'walked-count/differs'],
    ['timestamp-precision'],
  ],
  [
    'every row there twice',
    `${OPEN} ALTER TABLE audit_events DROP CONSTRAINT audit_events_pkey; INSERT INTO audit_events TABLE audit_events`,
    [
      'constraints/missing',
      'content/differs',
      'indexes/missing',
      'row-count/differs',
      'verify-chain/duplicate',
      'walked-count/differs',
    ],
    ['timestamp-precision'],
  ],
  [
    'two rows swapped',
    `${OPEN} UPDATE audit_events SET (actor, action) = (SELECT o.actor || 'x', o.action FROM audit_events o WHERE o.id = CASE audit_events.id WHEN ${NTH(9)} THEN ${NTH(12)} ELSE ${NTH(9)} END) WHERE id IN (${NTH(9)}, ${NTH(12)})`,
    ['content/differs', 'verify-chain/content-mismatch'],
  ],
  [
    'a row taken out, and all that follow sealed anew, the sentinel too',
    `CREATE TEMP TABLE forged AS SELECT * FROM audit_events WHERE id <> ${NTH(9)}; ${OPEN} DELETE FROM audit_events; ALTER TABLE audit_events ENABLE TRIGGER USER; UPDATE audit_chain_head SET head_hash = NULL; INSERT INTO audit_events SELECT * FROM forged ORDER BY "timestamp", id`,
    ['content/differs', 'content/differs', 'head-hash/head-resealed', 'row-count/differs', 'walked-count/differs'],
    ['timestamp-precision'],
  ],
  [
    'the sentinel overwritten',
    `UPDATE audit_chain_head SET head_hash = repeat('0', 64)`,
    ['content/differs', 'head-hash/sentinel-differs'],
  ],
  [
    'the sentinel dropped',
    'DROP TABLE audit_chain_head',
    ['content/missing', 'head-hash/sentinel-missing', 'row-count/table-missing', 'schema/missing'],
    ['indexes', 'constraints', 'privileges', 'statistics'],
  ],
  [
    'the verify function dropped',
    'DROP FUNCTION verify_audit_chain',
    ['append-only/function-missing', 'schema/missing', 'verify-chain/verifier-disagrees'],
  ],
];

describe('the built-in checks', () => {
  it.each<Damage>(DAMAGES)('after %s', async (_, damage, codes, unverified = []) => {
    const report = await verifiedAfter(damage);
    const found = report.checks.flatMap(({ findings }) =>
      findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    );
    expect(found.toSorted()).toEqual(codes);
    expect(report.checks.filter(({ verdict }) => verdict === 'unverified').map(({ name }) => name)).toEqual(unverified);
    const failing = new Set(codes.map((code) => code.slice(0, code.indexOf('/'))));
    expect(
      report.checks
        .filter(({ verdict }) => verdict === 'failed')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([...failing].toSorted());
    expect(report.exitCode).toBe(codes.length === 0 ? 0 : 1);
  });

  it('say from which row on a chain was sealed anew', async () => {
    const damage = DAMAGES.find(([what]) => what === 'rows forged and sealed anew by the trigger')?.[1] ?? '';
    const findings = (await verifiedAfter(damage)).checks.flatMap((check) => check.findings);
    expect(findings.find(({ code }) => code === 'head-hash/head-resealed')?.message).toBe(
      'public.audit_events is whole, yet its hashes are others than before from row 9 on: rows were sealed anew.',
    );
  });

  it('show both sides of the four assertions that this project began with, even when all is well', async () => {
    const report = await verifiedAfter('SELECT 1');
    const facts = report.checks.map(({ name, subjects }) => [
      name,
      subjects.find((subject) => subject.name === 'public.audit_events'),
    ]);
    const head = before.checks['head-hash']?.observation as {
      readonly chains: readonly { readonly heads: readonly { readonly hash: string }[] }[];
    };
    const hash = head.chains[0]?.heads[0]?.hash;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const clean = {
      'first break': null,
      'rows by the server': 24,
      'rows recomputed outside': 24,
      'rows by its own function': 24,
    };
    expect(facts.slice(0, 4)).toEqual([
      ['row-count', { name: 'public.audit_events', before: 24, after: 24 }],
      ['head-hash', { name: 'public.audit_events', before: hash, after: hash }],
      ['verify-chain', { name: 'public.audit_events', before: clean, after: clean }],
      ['walked-count', { name: 'public.audit_events', before: 24, after: 24 }],
    ]);
  });
});
