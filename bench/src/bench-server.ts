import { startSandbox } from '@pgdrill/sandbox';
import type { Sandbox } from '@pgdrill/sandbox';
import { libpqEnvironment, openWritable } from '@pgdrill/core';
import type { ConnectionSettings } from '@pgdrill/core';

/** A throwaway server with settings that keep the disk out of the measurement: what is captured and what is restored of it both fit into its buffers. */
export async function startBenchServer(signal: AbortSignal): Promise<Sandbox> {
  return startSandbox({
    signal,
    settings: {
      shared_buffers: '6GB',
      jit: 'off',
      max_wal_size: '8GB',
      autovacuum: 'off',
      maintenance_work_mem: '256MB',
    },
  });
}

/** Makes an empty database on the server. */
export async function makeDatabase(sandbox: Sandbox, name: string): Promise<ConnectionSettings> {
  const admin = await openWritable(sandbox.connection, 'pg');
  try {
    await admin.query(`DROP DATABASE IF EXISTS ${name}`);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  } finally {
    await admin.close();
  }
  return { ...sandbox.connection, database: name };
}

/** Lets nothing of what ran before weigh on what is timed next: what was restored is dropped, and what is to be written is written. */
export async function settle(sandbox: Sandbox): Promise<void> {
  const admin = await openWritable(sandbox.connection, 'pg');
  try {
    await admin.query('DROP DATABASE IF EXISTS bare_target');
    await admin.query('CHECKPOINT');
  } finally {
    await admin.close();
  }
}

/** Runs SQL on a database. */
export async function execute(connection: ConnectionSettings, sql: string): Promise<void> {
  const db = await openWritable(connection, 'pg');
  try {
    await db.script(sql);
  } finally {
    await db.close();
  }
}

/** The environment in which psql, pg_dump, pg_restore and pgdrill reach a database. */
export function environmentOf(connection: ConnectionSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(libpqEnvironment(connection)).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
}

/** Stops everything when the bench is interrupted. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort(new Error(name)));
  return controller.signal;
}
