import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWritable, type ConnectionSettings, type Row } from '@pgdrill/core';
import { commandsWith } from '../testing/processes.ts';
import { findSystemBinaries } from './system-binaries.ts';
import { startServer, type ServerOptions, type ThrowawayServer } from './throwaway-server.ts';

let parent: string;
let servers: ThrowawayServer[];

beforeEach(() => {
  parent = mkdtempSync('/tmp/pgd-');
  chmodSync(parent, 0o777);
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(parent, { recursive: true, force: true });
});

const start = async (options: Partial<ServerOptions> = {}): Promise<ThrowawayServer> => {
  const [binaries] = await findSystemBinaries();
  if (binaries === undefined) throw new Error('These tests need the PostgreSQL server package.');
  const server = await startServer({ binaries, directory: parent, listen: 'socket', ...options });
  servers.push(server);
  return server;
};

const ask = async (
  connection: ConnectionSettings,
  sql: string,
  driver: 'pg' | 'postgres' = 'pg',
): Promise<Row | undefined> => {
  const session = await openWritable(connection, driver);
  try {
    return (await session.query(sql))[0];
  } finally {
    await session.close();
  }
};

describe('startServer', () => {
  test.each(['pg', 'postgres'] as const)('is reached by the driver %s over its socket and over TCP', async (driver) => {
    const [socket, tcp] = await Promise.all([start(), start({ listen: 'tcp' })]);
    const sql = "SELECT current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync";
    expect(await ask(socket.connection, sql, driver)).toEqual({ encoding: 'UTF8', fsync: 'off' });
    expect(await ask(tcp.connection, sql, driver)).toEqual({ encoding: 'UTF8', fsync: 'off' });
  });

  test('keeps its directory to itself, and asks for the password over TCP', async () => {
    const { connection, directory } = await start({ listen: 'tcp' });
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await expect(ask({ ...connection, password: 'guessed' }, 'SELECT 1 AS one')).rejects.toMatchObject({
      sqlstate: '28P01',
    });
  });

  test('listens on no TCP port unless asked', async () => {
    const { connection } = await start();
    expect(await ask(connection, "SELECT current_setting('listen_addresses') AS addresses")).toEqual({ addresses: '' });
  });

  test('takes settings, quotes and all', async () => {
    const { connection } = await start({ settings: { wal_level: 'logical', cluster_name: "it's" } });
    const sql = "SELECT current_setting('wal_level') AS wal, current_setting('cluster_name') AS name";
    expect(await ask(connection, sql)).toEqual({ wal: 'logical', name: "it's" });
  });

  test('close removes all of it, and may be called twice', async () => {
    const server = await start();
    expect(existsSync(server.directory)).toBe(true);
    await Promise.all([server.close(), server.close()]);
    expect(readdirSync(parent)).toEqual([]);
    expect(commandsWith(parent)).toEqual([]);
  });

  test('quotes the log when it does not start, and leaves nothing behind', async () => {
    const failure = start({ settings: { shared_buffers: 'plenty' } });
    await expect(failure).rejects.toThrow(/invalid value for parameter "shared_buffers": "plenty"[^]*--sandbox/);
    expect(readdirSync(parent)).toEqual([]);
    expect(commandsWith(parent)).toEqual([]);
  });

  test('says so when its programs are missing', async () => {
    const binaries = { kind: 'system', directory: '/nowhere/bin', version: '99.1', libraryLinks: [] } as const;
    await expect(start({ binaries })).rejects.toThrow(/\/nowhere\/bin \(PostgreSQL 99.1\) failed:[^]*not found/);
    expect(readdirSync(parent)).toEqual([]);
  });

  test('aborted while it starts, leaves nothing behind', async () => {
    await expect(start({ signal: AbortSignal.timeout(150) })).rejects.toThrow('aborted');
    expect(readdirSync(parent)).toEqual([]);
    expect(commandsWith(parent)).toEqual([]);
  });

  test('starts several at once, each on its own', async () => {
    const started = await Promise.all(Array.from({ length: 6 }, () => start({ listen: 'tcp' })));
    const ids = await Promise.all(
      started.map(({ connection }) => ask(connection, 'SELECT system_identifier::text AS id FROM pg_control_system()')),
    );
    expect(new Set(ids.map((row) => row?.['id'])).size).toBe(6);
    expect(new Set(started.map(({ connection }) => connection.port)).size).toBe(6);
  });
});
