import type { Socket } from 'node:net';
import type { ConnectionSettings } from './connection.ts';
import type { Row } from './handle.ts';

/** Rows as the server sent them. `columns` tells whether a name was repeated, which the rows cannot. */
export interface DriverResult {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** What names a running server process to others, so that its statement can be cancelled. */
export interface BackendKey {
  readonly processId: number;
  readonly secretKey: number;
}

/**
 * One started session of a client library, and all that pgdrill wants of it.
 *
 * Statements come one at a time. Every promise settles when the connection breaks, with the server's last error where it sent one.
 */
export interface DriverConnection {
  readonly key: BackendKey;
  /** Any number of statements by the simple protocol; the results of those that return rows. */
  simple(text: string): Promise<readonly DriverResult[]>;
  /**
   * One statement by the extended protocol; the server infers the types of the values.
   *
   * @param each is given each row as it arrives, and must not throw; the result then holds none
   */
  extended(text: string, values: readonly (string | null)[], each?: (row: Row) => void): Promise<DriverResult>;
  /**
   * A COPY to the client.
   *
   * @param each is given its data in pieces as they arrive, cut anywhere; a piece is gone when it returns, and it must not throw
   */
  copyOut(text: string, each: (piece: Uint8Array) => void): Promise<void>;
  /** Says goodbye to the server and closes the socket. */
  end(): Promise<void>;
}

/** A connected socket on which the start-up message may be sent, encrypted or not. */
export interface ServerSocket {
  readonly socket: Socket;
  /** The last error that the server sent before it closed the connection, if it did. */
  lastWords(): ServerError | null;
}

/** The fields of an error message that are safe and useful to pass on. */
export interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly routine?: string | undefined;
  /** The two libraries name these fields each in its own way. */
  readonly table?: string | undefined;
  readonly table_name?: string | undefined;
  readonly column?: string | undefined;
  readonly column_name?: string | undefined;
  readonly constraint?: string | undefined;
  readonly constraint_name?: string | undefined;
}

/** Starts a session on a connected socket. */
export type StartDriver = (settings: ConnectionSettings, connected: ServerSocket) => Promise<DriverConnection>;
