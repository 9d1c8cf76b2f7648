import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openWritable, type ConnectionSettings } from '@pgdrill/core';
import { serverAccount } from '../server/account.ts';
import { findSystemBinaries } from '../server/system-binaries.ts';
import { startServer } from '../server/throwaway-server.ts';

const run = promisify(execFile);

/** A server with one streaming replica. */
export interface ReplicatedServer {
  /** Superuser on the primary. */
  readonly connection: ConnectionSettings;
  /** Superuser on the replica. */
  readonly replica: ConnectionSettings;
  close(): Promise<void>;
}

/** Starts a server and a replica of it, made by `pg_basebackup`; the replica's files lie with the server's, and go with them. */
export async function startReplicatedServer(): Promise<ReplicatedServer> {
  const [binaries] = await findSystemBinaries();
  if (binaries === undefined) throw new Error('The tests need a PostgreSQL server: install the postgresql package.');
  const { connection, directory, close } = await startServer({ binaries, listen: 'socket' });
  const account = serverAccount();
  const as = { cwd: '/', ...(account === null ? {} : { uid: account.uid, gid: account.gid }) };
  const data = join(directory, 'replica');
  const replica = { ...connection, port: connection.port + 1 };
  let server: ChildProcess | undefined;
  const closeBoth = async (): Promise<void> => {
    if (server?.exitCode === null && server.pid !== undefined) {
      const ended = once(server, 'exit');
      process.kill(server.pid, 'SIGQUIT');
      await ended;
    }
    await close();
  };
  try {
    const from = ['-h', directory, '-p', String(connection.port), '-U', connection.user];
    const how = ['--write-recovery-conf', '--checkpoint=fast', '--no-sync'];
    await run(join(binaries.directory, 'pg_basebackup'), [...from, ...how, '-D', data], as);
    const settings = ['-p', String(replica.port), '-c', 'wal_receiver_status_interval=1s'];
    server = spawn(join(binaries.directory, 'postgres'), ['-D', data, ...settings], { ...as, stdio: 'ignore' });
    await untilStreaming(connection);
    return { connection, replica, close: closeBoth };
  } catch (error) {
    await closeBoth();
    throw error;
  }
}

async function untilStreaming(connection: ConnectionSettings): Promise<void> {
  const admin = await openWritable(connection, 'pg');
  try {
    for (let attempt = 1; ; attempt += 1) {
      const rows = await admin.query("SELECT pid::text FROM pg_stat_replication WHERE state = 'streaming'");
      if (rows.length > 0) return;
      if (attempt === 600) throw new Error('The replica does not stream.');
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  } finally {
    await admin.close();
  }
}
