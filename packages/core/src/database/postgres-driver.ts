import postgres from 'postgres';
import type { ConnectionSettings } from './connection.ts';
import type { DriverConnection, DriverResult, ServerSocket } from './driver.ts';
import { withoutLibpqVariables } from './libpq-variables.ts';

/** Every type that the library converts, here left as text in both directions. No parser at all is its fastest way. */
const asText = {
  text: {
    to: 25,
    from: [16, 17, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 3802],
    serialize: (value: unknown) => value,
    parse: undefined as unknown as (raw: unknown) => unknown,
  },
};

type Answer = (string | null)[][] & { readonly columns?: readonly { readonly name: string }[]; readonly state?: State };
interface State {
  readonly pid: number;
  readonly secret: number;
}

/** Starts a session of `postgres` on a connected socket. */
export async function startPostgres(settings: ConnectionSettings, connected: ServerSocket): Promise<DriverConnection> {
  let lost: Error | null = null;
  const loss = (): Error =>
    (lost ??= Object.assign(new Error('The connection was closed.'), connected.lastWords(), { severity: 'FATAL' }));
  const sql = withoutLibpqVariables(() => postgres(options(settings, connected, loss)));
  const run = async (text: string, values: readonly (string | null)[], simple: boolean): Promise<Answer> => {
    if (lost !== null) throw lost;
    try {
      return (await sql.unsafe(text, [...values], { simple } as object).values()) as unknown as Answer;
    } catch (error) {
      throw (error as { readonly code?: unknown }).code === 'CONNECTION_CLOSED' ? loss() : error;
    }
  };
  // The library connects with its first statement; an empty one also tells the key of the server process.
  const { state } = await run('SELECT', [], true);
  return {
    key: { processId: state?.pid ?? 0, secretKey: state?.secret ?? 0 },
    async simple(text) {
      const answer = await run(text, [], true);
      return (Array.isArray(answer[0]) && 'columns' in answer[0] ? (answer as unknown as Answer[]) : [answer])
        .filter((result) => result.columns !== undefined && result.columns.length > 0)
        .map(asResult);
    },
    extended: async (text, values) => asResult(await run(text, values, false)),
    end: async () => await sql.end({ timeout: 5 }),
    destroy: () => {
      connected.socket.destroy();
    },
  };
}

function options(
  settings: ConnectionSettings,
  connected: ServerSocket,
  loss: () => Error,
): postgres.Options<typeof asText> {
  let used = false;
  return {
    host: settings.host.startsWith('/') ? 'localhost' : settings.host,
    port: settings.port,
    user: settings.user,
    database: settings.database,
    // A function, because an empty password would be looked up in the environment.
    password: () => settings.password ?? '',
    connection: {
      application_name: settings.applicationName,
      ...(settings.options !== undefined && { options: settings.options }),
    },
    ssl: false,
    max: 1,
    prepare: false,
    fetch_types: false,
    types: asText,
    connect_timeout: 0,
    max_lifetime: null,
    keep_alive: null,
    onnotice: () => undefined,
    onclose: () => void loss(),
    backoff: () => 0,
    // The library connects anew by itself: a second socket is never given.
    socket: () => {
      if (used) throw loss();
      used = true;
      return connected.socket;
    },
  } as postgres.Options<typeof asText>;
}

function asResult(result: Answer): DriverResult {
  return { columns: (result.columns ?? []).map((column) => column.name), rows: [...result] };
}
