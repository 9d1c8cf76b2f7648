import type { Socket } from 'node:net';
import { nextTick } from 'node:process';
import { Client } from 'pg';
import type { ConnectionSettings } from './connection.ts';
import { connectionLost } from './connection-lost.ts';
import type { DriverConnection, DriverResult, ServerSocket } from './driver.ts';
import { withoutLibpqVariables } from './libpq-variables.ts';
import { copyStatement, extendedStatement, simpleStatement, type PgStatement } from './pg-statement.ts';

/** What the server says to an empty password. The library would refuse to send one, in words of its own. */
const passwordMissing = Object.assign(new Error('password authentication failed'), {
  code: '28P01',
  severity: 'FATAL',
});

/** Starts a session of `pg` on a connected socket. */
export async function startPg(settings: ConnectionSettings, connected: ServerSocket): Promise<DriverConnection> {
  const client = withoutLibpqVariables(() => new Client(clientConfig(settings, connected.socket)));
  let lost: Error | null = null;
  client.on('error', (error: Error) => {
    lost ??= connectionLost(error, connected);
  });
  await client.connect();
  const run = async (statement: PgStatement): Promise<readonly DriverResult[]> => {
    if (lost !== null) throw lost;
    try {
      return await client.query(statement).results;
    } catch (error) {
      throw connectionLost(error, connected);
    }
  };
  return {
    key: backendKey(client),
    simple: async (text) => (await run(simpleStatement(text))).filter(({ columns }) => columns.length > 0),
    extended: async (text, values, each) =>
      (await run(extendedStatement(text, values, each)))[0] ?? { columns: [], rows: [] },
    copyOut: async (text, each) => void (await run(copyStatement(text, each))),
    end: () => client.end(),
  };
}

function clientConfig(settings: ConnectionSettings, socket: Socket): ConstructorParameters<typeof Client>[0] {
  return {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    database: settings.database,
    // A function, because the library looks an absent password up in the environment and in a password file of its own.
    password: () => {
      if (settings.password === undefined) throw passwordMissing;
      return settings.password;
    },
    application_name: settings.applicationName,
    options: settings.options,
    ssl: false,
    stream: () => alreadyConnected(socket),
  };
}

/** The library connects the stream that it is given: this one only says that it is. */
function alreadyConnected(socket: Socket): Socket {
  const connect = (): Socket => {
    nextTick(() => socket.emit('connect'));
    return socket;
  };
  return Object.assign(socket, { connect });
}

function backendKey(client: Client): DriverConnection['key'] {
  const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number };
  return { processId: processID, secretKey };
}
