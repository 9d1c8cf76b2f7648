import { createServer, type Socket } from 'node:net';
import { serveSession, type WireHost } from './wire-session.ts';

/** A listening socket in front of one instance. */
export interface WireServer {
  readonly port: number;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1, so that the ordinary drivers can reach an instance that lives in this process. */
export async function serveInstance(host: WireHost): Promise<WireServer> {
  const sockets = new Set<Socket>();
  const sessions = new Set<Promise<void>>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const session = serveSession(socket, host)
      // A client that breaks off is no trouble of ours: its session is reset all the same.
      .catch(() => undefined)
      .then(() => {
        socket.destroy();
        sockets.delete(socket);
        sessions.delete(session);
      });
    sessions.add(session);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
  // The instance lives as long as somebody uses it; it is no reason for the process to go on.
  server.unref();
  return {
    port,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(sessions);
    },
  };
}
