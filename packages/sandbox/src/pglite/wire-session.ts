import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { PgliteInstance } from './instance.ts';
import type { Turns } from './turns.ts';
import {
  fatalError,
  joined,
  readInt32,
  startupParameters,
  takeMessage,
  typedMessage,
  withoutType,
} from './wire-messages.ts';

/** What every connection to one instance shares. */
export interface WireHost {
  readonly instance: PgliteInstance;
  readonly turns: Turns;
  readonly password: string;
}

// Codes in place of a protocol version. Source: PostgreSQL manual, "Message Formats".
const cancelRequest = 80_877_102;
const encryptionRequests = [80_877_103, 80_877_104];

/** How long a connection waits for the one before it to go. */
const patience = 5_000;

/**
 * Speaks the PostgreSQL protocol with one client, from its start-up to its end, and leaves the session as it found it.
 *
 * PGlite answers an error in the extended protocol with a ReadyForQuery of its own, and the client's Sync with a second one; the drivers would take
 * that for the end of the next statement. So only Sync and a simple query are answered with one here.
 */
export async function serveSession(socket: Socket, host: WireHost): Promise<void> {
  const incoming = messagesOf(socket);
  const startup = await greet(incoming, socket, host.password);
  if (startup === null) return;
  const endTurn = await host.turns.take(patience);
  if (endTurn === null) {
    socket.end(fatalError('53300', 'PGlite has one session, and another connection holds it'));
    return;
  }
  try {
    socket.write(await host.instance.answer(startup));
    for await (const message of incoming.typed()) {
      if (message[0] === letter.X) break;
      await reply(message, socket, host.instance);
    }
  } finally {
    await reset(host.instance);
    endTurn();
    socket.end();
  }
}

const letter = { Q: 81, S: 83, X: 88 } as const;

// PGlite would wait for the data inside this very process, for ever.
const copyIn = /^\s*copy\b[^]*\bfrom\s+stdin\b/i;
const refusal = `DO $$ BEGIN RAISE 'PGlite cannot COPY FROM STDIN' USING ERRCODE = 'feature_not_supported'; END $$`;

async function reply(sent: Uint8Array, socket: Socket, instance: PgliteInstance): Promise<void> {
  const isCopy = sent[0] === letter.Q && copyIn.test(new TextDecoder().decode(sent.subarray(5, 1_000)));
  const message = isCopy ? typedMessage('Q', new TextEncoder().encode(`${refusal}\0`)) : sent;
  // Copied, because the pieces may be views of the instance's memory, which the next statement overwrites.
  if (message[0] === letter.Q || message[0] === letter.S) {
    await instance.stream(message, (data) => socket.write(Buffer.from(data)));
  } else {
    for (const part of withoutType(await instance.answer(message), 'Z')) socket.write(Buffer.from(part));
  }
  if (socket.writableNeedDrain)
    await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', resolve));
}

/** Ends what the client left behind: PGlite's one session outlives its connections. */
async function reset(instance: PgliteInstance): Promise<void> {
  if (instance.inTransaction()) await instance.run('ROLLBACK');
  await instance.run('DISCARD ALL');
}

/** Start-up and password. Returns the start-up message, or null when that was all. */
async function greet(incoming: Incoming, socket: Socket, password: string): Promise<Uint8Array | null> {
  let startup = await incoming.untyped();
  while (startup !== null && encryptionRequests.includes(readInt32(startup, 4))) {
    socket.write('N');
    startup = await incoming.untyped();
  }
  // There is no other process that a cancel request could interrupt.
  if (startup === null || readInt32(startup, 4) === cancelRequest) {
    socket.end();
    return null;
  }
  const { database = 'postgres' } = startupParameters(startup);
  if (database !== 'postgres') {
    socket.end(fatalError('3D000', `database "${database}" does not exist: PGlite has one database, "postgres"`));
    return null;
  }
  socket.write(typedMessage('R', new Uint8Array([0, 0, 0, 3])));
  const { value: answer } = await incoming.typed().next();
  if (answer === undefined || !samePassword(answer.subarray(5, -1), password)) {
    socket.end(fatalError('28P01', 'password authentication failed'));
    return null;
  }
  return startup;
}

function samePassword(given: Uint8Array, password: string): boolean {
  const expected = Buffer.from(password);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

interface Incoming {
  untyped(): Promise<Uint8Array | null>;
  typed(): AsyncGenerator<Uint8Array, void, undefined>;
}

function messagesOf(socket: Socket): Incoming {
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  let bytes = new Uint8Array();
  const next = async (typed: boolean): Promise<Uint8Array | null> => {
    for (;;) {
      const taken = takeMessage(bytes, typed);
      if (taken !== null) {
        bytes = new Uint8Array(taken.rest);
        return new Uint8Array(taken.message);
      }
      const chunk = (await chunks.next()) as IteratorResult<Uint8Array, undefined>;
      if (chunk.done === true) return null;
      bytes = new Uint8Array(joined(bytes, chunk.value));
    }
  };
  return {
    untyped: () => next(false),
    typed: async function* typed() {
      for (let message = await next(true); message !== null; message = await next(true)) yield message;
    },
  };
}
