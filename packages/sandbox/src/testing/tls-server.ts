import { execFile } from 'node:child_process';
import { chown, chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openWritable, type ConnectionSettings } from '@pgdrill/core';
import { serverAccount } from '../server/account.ts';
import { findSystemBinaries } from '../server/system-binaries.ts';
import { startServer, type ThrowawayServer } from '../server/throwaway-server.ts';

const run = promisify(execFile);

/** A server that offers TLS, and the certificates that go with it. */
export interface TlsServer {
  /** Superuser over TCP, host 127.0.0.1, sslmode disable. The certificate of the server is for `localhost` alone. */
  readonly connection: ConnectionSettings;
  /** Password of the roles `tls_only` and `plain_only`; `cert_only` has none. */
  readonly password: string;
  /** Certificate of the authority that signed the server's and the client's. */
  readonly rootCert: string;
  /** One that has nothing to do with them. */
  readonly otherRootCert: string;
  /** For the role `cert_only`, which must show it. */
  readonly clientCert: string;
  readonly clientKey: string;
  close(): Promise<void>;
}

const password = 'only for tests';

const rules = `
local     all all        trust
hostnossl all tls_only   all reject
hostssl   all plain_only all reject
hostssl   all cert_only  all cert
host      all cert_only  all reject
host      all all        all scram-sha-256
`;

const roles = `
CREATE ROLE tls_only LOGIN PASSWORD '${password}';
CREATE ROLE plain_only LOGIN PASSWORD '${password}';
CREATE ROLE cert_only LOGIN`;

/** Starts a server with TLS, with certificates made for it by `openssl`. */
export async function startTlsServer(): Promise<TlsServer> {
  const [binaries] = await findSystemBinaries();
  if (binaries === undefined) throw new Error('The tests need a PostgreSQL server: install the postgresql package.');
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-tls-'));
  let server: ThrowawayServer | undefined;
  const close = async (): Promise<void> => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([authority(folder, 'root'), authority(folder, 'other-root')]);
    await Promise.all([certificate(folder, 'server', 'localhost'), certificate(folder, 'client', 'cert_only')]);
    server = await startServer({ binaries, listen: 'tcp' });
    await turnOn(server, folder);
    const path = (name: string): string => join(folder, name);
    return {
      connection: server.connection,
      password,
      rootCert: path('root.crt'),
      otherRootCert: path('other-root.crt'),
      clientCert: path('client.crt'),
      clientKey: path('client.key'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function authority(folder: string, name: string): Promise<void> {
  const out = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
  await run('openssl', ['req', '-x509', ...key, '-days', '2', '-subj', `/CN=pgdrill test ${name}`, ...out], {
    cwd: folder,
  });
}

async function certificate(folder: string, name: string, commonName: string): Promise<void> {
  await writeFile(join(folder, `${name}.ext`), `subjectAltName=DNS:${commonName}\n`);
  const request = ['req', ...key, '-subj', `/CN=${commonName}`, '-keyout', `${name}.key`, '-out', `${name}.csr`];
  await run('openssl', request, { cwd: folder });
  const serial = name === 'server' ? '1' : '2';
  const signer = ['-CA', 'root.crt', '-CAkey', 'root.key', '-set_serial', serial, '-days', '2'];
  const sign = ['x509', '-req', '-in', `${name}.csr`, ...signer, '-extfile', `${name}.ext`, '-out', `${name}.crt`];
  await run('openssl', sign, { cwd: folder });
  await chmod(join(folder, `${name}.key`), 0o600);
}

async function turnOn(server: ThrowawayServer, folder: string): Promise<void> {
  const data = join(server.directory, 'data');
  const account = serverAccount();
  for (const name of ['server.crt', 'server.key', 'root.crt']) {
    await copyFile(join(folder, name), join(data, name));
    if (account !== null) await chown(join(data, name), account.uid, account.gid);
    await chmod(join(data, name), 0o600);
  }
  await writeFile(join(data, 'pg_hba.conf'), rules);
  const admin = await openWritable(server.connection, 'pg');
  try {
    await admin.script(roles);
    await admin.script('ALTER SYSTEM SET ssl = on');
    await admin.script("ALTER SYSTEM SET ssl_ca_file = 'root.crt'");
    await admin.query('SELECT pg_reload_conf()');
    await untilOn(server.connection);
  } finally {
    await admin.close();
  }
}

/** The postmaster reads its configuration again a moment after it was told to. */
async function untilOn(connection: ConnectionSettings): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const session = await openWritable({ ...connection, sslMode: 'require' }, 'pg').catch((error: unknown) => {
      if (attempt === 100) throw error;
    });
    if (session !== undefined) return await session.close();
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
