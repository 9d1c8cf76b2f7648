import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import postgres from 'postgres';
import type { ConnectionSettings } from './connection.ts';
import { connectionLost } from './connection-lost.ts';
import type { DriverConnection, DriverResult, ServerSocket } from './driver.ts';
import type { Row } from './handle.ts';
import { withoutLibpqVariables } from './libpq-variables.ts';

interface Answer extends Array<Row> {
  readonly columns?: readonly { readonly name: string }[];
  readonly state?: { readonly pid: number; readonly secret: number };
}

/**
 * A COPY to the client. The library resolves it with a stream, which an error that comes with the first data destroys before whoever waits for it is told:
 * so somebody has to listen for errors when it does.
 */
interface Copy {
  resolve: (answer: unknown) => void;
  readable(): Promise<Readable>;
}

/** Every type that the library converts, here left as text in both directions. To have no parser at all is its fastest way. */
const asText = {
  text: {
    to: 25,
    from: [16, 17, 21, 23, 26, 114, 700, 701, 1082, 1114, 1184, 3802],
    serialize: (value: unknown) => value,
    parse: undefined,
  },
};

/** Starts a session of `postgres` on a connected socket. */
export async function startPostgres(settings: ConnectionSettings, connected: ServerSocket): Promise<DriverConnection> {
  let lost: Error | null = null;
  const lose = (error: unknown): Error => (lost ??= connectionLost(error, connected));
  // Between the error of a socket and its close, the library takes statements that it never answers.
  connected.socket.once('error', lose);
  const sql = withoutLibpqVariables(() => postgres(options(settings, connected, lose)));
  const run = async (
    text: string,
    values: readonly (string | null)[],
    simple: boolean,
    each?: (row: Row) => void,
  ): Promise<Answer> => {
    if (lost !== null) throw lost;
    try {
      const asked = sql.unsafe<Row[]>(text, [...values], { simple } as object);
      const answer: unknown = await (each === undefined ? asked : asked.forEach((row) => each(row)));
      if (Array.isArray(answer)) return answer as Answer;
      // A stream, and the session waits for it.
      connected.socket.destroy();
      throw new Error('COPY from STDIN or to STDOUT is not supported here');
    } catch (error) {
      throw connectionLost(error, connected);
    }
  };
  // The library connects with its first statement; an empty one tells the key of the server process, too.
  const { state } = await run('SELECT', [], true);
  return {
    key: { processId: state?.pid ?? 0, secretKey: state?.secret ?? 0 },
    simple: async (text) =>
      severalAnswers(await run(text, [], true))
        .filter((answer) => answer.columns !== undefined && answer.columns.length > 0)
        .map(asResult),
    extended: async (text, values, each) => asResult(await run(text, values, false, each)),
    copyOut: async (text, each) => {
      if (lost !== null) throw lost;
      try {
        const asked = sql.unsafe(text, [], { simple: true } as object) as unknown as Copy;
        const { resolve } = asked;
        asked.resolve = (answer) => {
          // At the end it is called again, with what is no stream.
          if (answer instanceof Readable) answer.on('error', () => undefined);
          resolve(answer);
        };
        const pieces = await asked.readable();
        pieces.on('data', each);
        await finished(pieces);
      } catch (error) {
        throw connectionLost(error, connected);
      }
    },
    // Of a connection that is lost, the library would wait for answers.
    end: () => sql.end({ timeout: lost === null ? 5 : 0 }),
  };
}

function options(settings: ConnectionSettings, connected: ServerSocket, lose: (error: unknown) => Error): object {
  const closed = new Error('the connection was closed');
  let used = false;
  return {
    host: settings.host.startsWith('/') ? 'localhost' : settings.host,
    port: settings.port,
    user: settings.user,
    database: settings.database,
    // A function, because the library looks an empty password up in the environment.
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
    backoff: () => 0,
    onnotice: () => undefined,
    onclose: () => void lose(closed),
    // The library connects anew by itself: it is given no second socket.
    socket: () => {
      if (used) throw lose(closed);
      used = true;
      return connected.socket;
    },
  };
}

/** A message with several statements that return rows is answered by a list of answers, which are arrays themselves. */
function severalAnswers(answer: Answer): readonly Answer[] {
  return Array.isArray(answer[0]) ? (answer as unknown as readonly Answer[]) : [answer];
}

function asResult(answer: Answer): DriverResult {
  return { columns: (answer.columns ?? []).map((column) => column.name), rows: [...answer] };
}
