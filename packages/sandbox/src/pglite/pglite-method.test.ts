import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openWritable, type Artefact, type ConnectionSettings, type Row, type ServerFacts } from '@pgdrill/core';
import { loadAuditChain } from '../workload/load-audit-chain.ts';
import { pgliteMethod } from './pglite-method.ts';
import { startPglite, type PgliteServer } from './pglite-server.ts';

const rows = 1_500;
let source: PgliteServer;
let target: PgliteServer;
let directory: string;

beforeAll(async () => {
  source = await startPglite();
  await loadAuditChain({ connection: source.connection, driver: 'pg', rows });
  target = await startPglite();
});

afterAll(async () => {
  await Promise.all([source.close(), target.close()]);
});

const facts = (version: string): ServerFacts => ({ version, versionNumber: 180_003, encoding: 'UTF8', collation: 'C' });

const context = (): Parameters<ReturnType<typeof pgliteMethod>['restore']>[2] => ({
  options: {},
  selection: null,
  target: facts(target.version),
  destructive: false,
  directory,
  signal: new AbortController().signal,
  log: () => undefined,
  event: () => undefined,
  progress: () => undefined,
});

const backUp = async (): Promise<Artefact> => {
  directory = await mkdtemp(join(tmpdir(), 'pgd-'));
  return await pgliteMethod(source).backup(source.connection, {
    ...context(),
    snapshotId: null,
    source: facts(source.version),
  });
};

afterEach(() => rm(directory, { recursive: true, force: true }));

const query = async (connection: ConnectionSettings, sql: string): Promise<readonly Row[]> => {
  const session = await openWritable(connection, 'pg');
  try {
    return await session.query(sql);
  } finally {
    await session.close();
  }
};

describe('pgliteMethod', () => {
  test('brings the workload over to another instance, byte for byte', async () => {
    const method = pgliteMethod(source);
    const artefact = await backUp();
    await method.check(artefact, context());
    expect(await method.restore(artefact, target.connection, context())).toMatchObject({ errors: 0 });
    const all = 'SELECT * FROM public.audit_events ORDER BY "timestamp", id';
    const restored = await query(target.connection, all);
    expect(restored).toHaveLength(rows);
    expect(restored).toEqual(await query(source.connection, all));
    expect(await query(target.connection, 'SELECT * FROM public.verify_audit_chain()')).toEqual([
      { first_break_id: null, first_break_pos: null, row_count: String(rows) },
    ]);
  });

  test('check finds a dump that was cut short or changed', async () => {
    const method = pgliteMethod(source);
    const cut = await backUp();
    await truncate(cut.path, cut.bytes - 500);
    await expect(method.check(cut, context())).rejects.toMatchObject({
      code: 'backup/archive-damaged',
      message: expect.stringContaining('ends before') as unknown,
    });
    await rm(directory, { recursive: true });
    const changed = await backUp();
    await appendFile(changed.path, ' ');
    await expect(method.check(changed, context())).rejects.toMatchObject({
      code: 'backup/archive-damaged',
      message: expect.stringContaining('SHA-256') as unknown,
    });
  });

  test('restore stops at the first error, and undoes what came before it', async () => {
    const artefact = await backUp();
    const fresh = await startPglite();
    try {
      await appendFile(artefact.path, 'SELECT 1 / 0;\n');
      await expect(pgliteMethod(source).restore(artefact, fresh.connection, context())).rejects.toMatchObject({
        code: 'restore/failed',
        message: expect.stringContaining('division by zero') as unknown,
      });
      expect(await query(fresh.connection, "SELECT to_regclass('public.audit_events')::text AS left_behind")).toEqual([
        { left_behind: null },
      ]);
    } finally {
      await fresh.close();
    }
  });

  test('prepare refuses a server that is not the sandbox', async () => {
    const servers = { source: facts('15.18'), target: facts(target.version), destructive: false };
    await expect(pgliteMethod(source).prepare({}, servers)).rejects.toThrow(
      /not a server of version 15\.18\. Use pg_dump/,
    );
  });
});
