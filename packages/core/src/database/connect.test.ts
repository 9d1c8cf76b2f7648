import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTlsServer, type TlsServer } from '../../../sandbox/src/testing/tls-server.ts';
import { DatabaseError, UsageError } from '../errors.ts';
import { connect } from './connect.ts';
import type { ConnectionSettings, DriverName } from './connection.ts';

const drivers: readonly DriverName[] = ['pg', 'postgres'];

let server: TlsServer;
beforeAll(async () => {
  server = await startTlsServer();
});
afterAll(async () => {
  await server.close();
});

async function encrypted(settings: ConnectionSettings, driver: DriverName): Promise<string | null | undefined> {
  const session = await connect(settings, driver);
  try {
    const result = await session.extended('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', []);
    return result.rows[0]?.['ssl'];
  } finally {
    await session.end();
  }
}

async function failure(settings: ConnectionSettings, driver: DriverName): Promise<DatabaseError> {
  const error: unknown = await encrypted(settings, driver).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(String((error as Error).stack)).not.toContain(server.password);
  return error as DatabaseError;
}

describe.each(drivers)('connect over %s', (driver) => {
  const as = (user: string, over: Partial<ConnectionSettings>): ConnectionSettings => ({
    ...server.connection,
    host: 'localhost',
    hostAddress: '127.0.0.1',
    user,
    password: server.password,
    ...over,
  });
  const admin = (over: Partial<ConnectionSettings>): ConnectionSettings => ({
    ...server.connection,
    host: 'localhost',
    hostAddress: '127.0.0.1',
    ...over,
  });

  test.each([
    ['disable', 'f'],
    ['allow', 'f'],
    ['prefer', 't'],
    ['require', 't'],
  ] as const)('sslmode %s on a server with TLS: encrypted is %s', async (sslMode, expected) => {
    expect(await encrypted(admin({ sslMode }), driver)).toBe(expected);
  });

  test.each(['verify-ca', 'verify-full'] as const)(
    'sslmode %s takes the certificate of its authority',
    async (sslMode) => {
      expect(await encrypted(admin({ sslMode, sslRootCert: server.rootCert }), driver)).toBe('t');
    },
  );

  test.each(['require', 'verify-ca', 'verify-full'] as const)(
    'sslmode %s refuses the certificate of another authority than sslrootcert',
    async (sslMode) => {
      const error = await failure(admin({ sslMode, sslRootCert: server.otherRootCert }), driver);
      expect(error.sqlstate).toBeNull();
      expect(error.message).toMatch(/certificate|verify/);
      expect(error.message).toContain('Check sslmode and sslrootcert');
    },
  );

  test('sslmode verify-full compares the host name, verify-ca does not', async () => {
    const byAddress = { host: '127.0.0.1', sslRootCert: server.rootCert };
    expect(await encrypted(admin({ ...byAddress, sslMode: 'verify-ca' }), driver)).toBe('t');
    const error = await failure(admin({ ...byAddress, sslMode: 'verify-full' }), driver);
    expect(error.message).toMatch(/127\.0\.0\.1/);
  });

  test('sslrootcert system trusts no authority of our own', async () => {
    const error = await failure(admin({ sslMode: 'verify-full', sslRootCert: 'system' }), driver);
    expect(error.message).toMatch(/certificate/);
  });

  test('sslmode verify-ca without a root certificate is refused before anything is sent', async () => {
    const settings = admin({ sslMode: 'verify-ca', sslRootCert: '/nonexistent/root.crt' });
    await expect(connect(settings, driver)).rejects.toThrow(UsageError);
    await expect(connect(settings, driver)).rejects.toThrow('"/nonexistent/root.crt" does not exist');
  });

  test('sslmode prefer and allow try the other way when pg_hba.conf has no rule for this one', async () => {
    expect(await encrypted(as('plain_only', { sslMode: 'prefer' }), driver)).toBe('f');
    expect(await encrypted(as('tls_only', { sslMode: 'allow' }), driver)).toBe('t');
    expect((await failure(as('plain_only', { sslMode: 'require' }), driver)).sqlstate).toBe('28000');
    expect((await failure(as('tls_only', { sslMode: 'disable' }), driver)).sqlstate).toBe('28000');
  });

  test('a client certificate is shown when there is one', async () => {
    const certificate = { sslCert: server.clientCert, sslKey: server.clientKey };
    const { password: _none, ...settings } = as('cert_only', { sslMode: 'require' });
    expect(await encrypted({ ...settings, ...certificate }, driver)).toBe('t');
    expect((await failure(settings, driver)).sqlstate).toBe('28000');
  });

  test('a wrong password: 28P01, and the password is not told', async () => {
    const error = await failure(as('tls_only', { sslMode: 'require', password: 'wrong-secret' }), driver);
    expect(error.sqlstate).toBe('28P01');
    expect(error.message).toContain('tls_only@localhost');
    expect(JSON.stringify(error) + String(error.stack)).not.toContain('wrong-secret');
  });

  test('no password where one is asked: 28P01, and how to give one', async () => {
    const { password: _none, ...settings } = as('tls_only', { sslMode: 'require' });
    const error = await failure(settings, driver);
    expect(error.sqlstate).toBe('28P01');
    expect(error.message).toContain('No password was given. Give one by PGPASSWORD');
  });

  test('a database that does not exist: 3D000, named', async () => {
    const error = await failure(admin({ sslMode: 'disable', database: 'no such one' }), driver);
    expect(error.sqlstate).toBe('3D000');
    expect(error.message).toContain('no such one');
  });

  test('a host that does not exist', async () => {
    const { hostAddress: _none, ...settings } = admin({ host: 'no-such-host.invalid' });
    expect((await failure(settings, driver)).message).toContain('Check the host name');
  });

  test('PG* variables of this process do not leak in', async () => {
    const stray = {
      PGOPTIONS: '-c no_such_setting=1',
      PGSSLMODE: 'require',
      PGTARGETSESSIONATTRS: 'any',
      PGPASSWORD: 'x',
    };
    Object.assign(process.env, stray);
    try {
      expect(await encrypted(admin({ sslMode: 'disable' }), driver)).toBe('f');
      expect(process.env).toMatchObject(stray);
    } finally {
      for (const name of Object.keys(stray)) delete process.env[name];
    }
  });
});

describe.each(drivers)('connect over %s to something that is no server', (driver) => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(servers.splice(0).map((listening) => new Promise((resolve) => listening.close(resolve))));
  });

  async function listen(onSocket: (socket: Socket) => void): Promise<ConnectionSettings> {
    const listening = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    servers.push(listening);
    await new Promise<void>((resolve) => {
      listening.listen(0, '127.0.0.1', resolve);
    });
    const { port } = listening.address() as AddressInfo;
    return { ...server.connection, port };
  }

  test('that stays silent: given up after connect_timeout', async () => {
    const settings = await listen(() => undefined);
    const error = await failure({ ...settings, connectTimeout: 1 }, driver);
    expect(error.message).toContain('took longer than 1 s (connect_timeout)');
  });

  test('that stays silent: an aborted signal ends the wait with its reason', async () => {
    const settings = await listen(() => undefined);
    const reason = new Error('enough');
    await expect(connect({ ...settings, connectTimeout: 0 }, driver, abortedSoon(reason))).rejects.toBe(reason);
  });

  test.each(['disable', 'require'] as const)(
    'that closes at once (sslmode %s): rejected, without another try',
    async (sslMode) => {
      let accepted = 0;
      const settings = await listen((socket) => {
        accepted += 1;
        socket.end();
      });
      expect((await failure({ ...settings, sslMode }, driver)).message).toMatch(/closed|terminated/);
      expect(accepted).toBe(1);
    },
  );

  test('that closes after the start-up message: rejected, without another try', async () => {
    let accepted = 0;
    const settings = await listen((socket) => {
      accepted += 1;
      socket.once('data', () => socket.end());
    });
    await failure({ ...settings, sslMode: 'disable' }, driver);
    expect(accepted).toBe(1);
  });

  test('that answers the request for TLS with more than one byte: refused', async () => {
    const settings = await listen((socket) => socket.once('data', () => socket.write('Sextra')));
    expect((await failure({ ...settings, sslMode: 'require' }, driver)).message).toContain(
      'did not answer the request for TLS',
    );
  });

  test('that has no TLS, with sslmode require', async () => {
    const settings = await listen((socket) => socket.once('data', () => socket.write('N')));
    expect((await failure({ ...settings, sslMode: 'require' }, driver)).message).toContain('does not offer TLS');
  });
});

function abortedSoon(reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(reason);
  }, 100);
  return controller.signal;
}
