import { Buffer } from 'node:buffer';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionSettings } from './connection.ts';
import type { ServerSocket } from './driver.ts';
import { lastWords } from './last-words.ts';
import { tlsOptions } from './tls-options.ts';

/** Length 8, code 80877103: PostgreSQL manual, "Message Formats", SSLRequest. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** What an attempt wants of TLS: `if-offered` stays in the clear when the server has none. */
export type Encryption = 'none' | 'if-offered' | 'required';

/** TLS was wanted and could not be had: the server has none, or its certificate is not to be trusted. */
export class TlsFailure extends Error {
  override readonly name = 'TlsFailure';
}

/**
 * Connects, and negotiates TLS by the rules of the settings, the same for every driver.
 *
 * The socket sends keep-alive probes, as libpq's does, so that a dead network is noticed while a long statement runs.
 *
 * @param onSocket receives each socket as soon as there is one, so that the caller can destroy it
 */
export async function openSocket(
  settings: ConnectionSettings,
  encryption: Encryption,
  onSocket: (socket: Socket) => void,
): Promise<ServerSocket> {
  const plain = connectSocket(address(settings));
  onSocket(plain);
  await happened(plain, 'connect');
  plain.setNoDelay(true);
  if (!settings.host.startsWith('/')) plain.setKeepAlive(true, 60_000);
  const socket =
    encryption !== 'none' && (await offersTls(plain, encryption)) ? await encrypt(plain, settings, onSocket) : plain;
  let last: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    last = bytes;
  });
  return { socket, lastWords: () => lastWords(last) };
}

function address(
  settings: ConnectionSettings,
): { readonly path: string } | { readonly host: string; readonly port: number } {
  const { host, hostAddress, port } = settings;
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host: hostAddress ?? host, port };
}

async function offersTls(plain: Socket, encryption: Encryption): Promise<boolean> {
  plain.write(sslRequest);
  const [answer] = (await happened(plain, 'data')) as [Buffer];
  // More than the one byte would be data that an attacker slipped in before the encryption (CVE-2021-23222).
  if (answer.length === 1 && answer[0] === 0x53) return true;
  if (answer.length === 1 && answer[0] === 0x4e) {
    if (encryption === 'if-offered') return false;
    throw new TlsFailure('the server does not offer TLS');
  }
  throw new Error('the server did not answer the request for TLS as a PostgreSQL server does');
}

async function encrypt(
  plain: Socket,
  settings: ConnectionSettings,
  onSocket: (socket: Socket) => void,
): Promise<Socket> {
  const socket = connectTls({ ...tlsOptions(settings), socket: plain });
  onSocket(socket);
  try {
    await happened(socket, 'secureConnect');
  } catch (cause) {
    throw new TlsFailure(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return socket;
}

/** Waits for one event of a socket; rejects when it fails or closes first. */
async function happened(socket: Socket, event: 'connect' | 'data' | 'secureConnect'): Promise<unknown[]> {
  let forget = (): void => undefined;
  try {
    return await new Promise<unknown[]>((resolve, reject) => {
      const onEvent = (...values: unknown[]): void => resolve(values);
      const onClose = (): void => reject(new Error('the server closed the connection without an answer'));
      socket.once(event, onEvent).once('error', reject).once('close', onClose);
      forget = () => void socket.off(event, onEvent).off('error', reject).off('close', onClose);
    });
  } finally {
    forget();
  }
}
