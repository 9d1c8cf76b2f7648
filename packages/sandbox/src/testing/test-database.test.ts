import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createTestDatabase, testServerUrl, type TestDatabase } from './test-database.ts';

describe('createTestDatabase', () => {
  const databases: TestDatabase[] = [];
  afterEach(async () => {
    await Promise.all(databases.splice(0).map((database) => database.drop()));
  });

  test('makes databases of different names on the shared server', async () => {
    databases.push(
      await createTestDatabase(),
      await createTestDatabase({ encoding: 'LATIN1', locale: 'C', sql: 'CREATE TABLE t (a int)' }),
    );
    const [first, second] = databases;
    expect(first?.name).not.toBe(second?.name);
    expect(new URL(first?.url ?? '').host).toBe(new URL(testServerUrl()).host);
  });

  test('leaves no database behind when its SQL fails', async () => {
    await expect(createTestDatabase({ sql: 'SELECT 1/0' })).rejects.toThrow('division by zero');
  });

  test('testServerUrl names a server that listens', async () => {
    const { hostname, port } = new URL(testServerUrl());
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    expect(socket.remotePort).toBe(Number(port));
    socket.destroy();
  });
});
