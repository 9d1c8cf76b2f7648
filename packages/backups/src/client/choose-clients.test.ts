import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotVerifyError, type ServerFacts } from '@pgdrill/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseDump, chooseRestore } from './choose-clients.ts';
import { findClients, type ClientName, type ClientTool } from './find-clients.ts';

const tool = (version: string, name: ClientName = 'pg_dump'): ClientTool => ({
  name,
  path: `/opt/${version}/bin/${name}`,
  version,
  major: Number.parseInt(version, 10),
});
const server = (version: string): ServerFacts => ({
  version,
  versionNumber: Number.parseInt(version, 10) * 10_000 + 1,
  encoding: 'UTF8',
  collation: 'C',
});
const tools = ['13.22', '15.9', '15.18', '17.6', '18beta1'].map((version) => tool(version));

describe('chooseDump', () => {
  test.each([
    ['15.2', '15.2', '15.18', 'of the server it fits exactly, the newest minor'],
    ['15.2', '17.1', '17.6', 'no newer than the target'],
    ['13.1', '18.0', '18beta1', 'newest that the target knows'],
    ['16.4', '16.4', '17.6', 'least too new where none is exact'],
    ['14.1', '14.1', '15.18', 'least too new where none is exact'],
    ['15.2', '13.1', '15.18', 'never older than the source'],
  ])('from %s to %s takes %s: %s', (source, target, version) => {
    expect(chooseDump(tools, server(source), server(target)).version).toBe(version);
  });

  test('takes the exact one when the target is not known', () => {
    expect(chooseDump(tools, server('15.2'), null).version).toBe('15.18');
  });

  test('refuses those that are older than the server, with version and place, and says what to install', () => {
    expect(() => chooseDump([tool('15.18')], server('16.4'), null)).toThrow(
      'pg_dump 15.18 at /opt/15.18/bin/pg_dump is older than the server 16.4, which only pg_dump 16 or newer can dump: ' +
        'install postgresql-client-16 or newer, or name the folder that holds it as the backup option clientDirectory.',
    );
    expect(() => chooseDump(tools, server('19.1'), null)).toThrow(CannotVerifyError);
  });

  test('says where it looked when there is none', () => {
    expect(() => chooseDump([], server('16.4'), null)).toThrow(
      /No pg_dump that starts was found on PATH.*postgresql-client-16/,
    );
    expect(() => chooseDump([], server('16.4'), null, '/opt/x')).toThrow('found in /opt/x:');
  });
});

describe('chooseRestore', () => {
  const restores = tools.map(({ version }) => tool(version, 'pg_restore'));

  test('takes the version that wrote the archive, else the nearest newer one', () => {
    expect(chooseRestore('pg_restore', restores, '15.9').version).toBe('15.9');
    expect(chooseRestore('pg_restore', restores, '15.1').version).toBe('15.18');
    expect(chooseRestore('pg_restore', restores, '16.1').version).toBe('17.6');
  });

  test('refuses older ones', () => {
    expect(() => chooseRestore('pg_restore', restores, '19.1')).toThrow(
      /older than the pg_dump 19\.1 that wrote the backup/,
    );
  });
});

describe('findClients', () => {
  let folder: string;
  const path = process.env['PATH'];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-test-'));
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true, force: true });
  });

  const fake = async (place: string, script: string): Promise<string> => {
    const file = join(folder, place);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  };

  test('reads the real version of what is in a folder', async () => {
    const file = await fake('pg_dump', 'echo "pg_dump (PostgreSQL) 9.6.24 (Debian 9.6.24-1)"');
    expect(await findClients('pg_dump', folder)).toEqual([
      { name: 'pg_dump', path: file, version: '9.6.24', major: 9 },
    ]);
    expect(await findClients('psql', folder)).toEqual([]);
  });

  test('looks on PATH before the folders of the distributions', async () => {
    const file = await fake('a b/psql', 'echo "psql (PostgreSQL) 99.1"');
    process.env['PATH'] = `${join(folder, 'a b')}:${path ?? ''}`;
    const found = await findClients('psql');
    expect(found[0]).toMatchObject({ path: file, version: '99.1', major: 99 });
    expect(found.length).toBeGreaterThan(1);
  });

  test('passes over what does not start, says no version, or may not be run', async () => {
    await fake('pg_dump', 'exit 1');
    await fake('psql', 'echo hello');
    await chmod(await fake('pg_restore', 'echo "pg_restore (PostgreSQL) 15.1"'), 0o644);
    for (const name of ['pg_dump', 'psql', 'pg_restore'] as const) expect(await findClients(name, folder)).toEqual([]);
  });

  test('passes over the wrapper of Debian, which would choose a version of its own', async () => {
    await fake('share/pg_wrapper', 'echo "pg_dump (PostgreSQL) 15.1"');
    await symlink(join(folder, 'share', 'pg_wrapper'), join(folder, 'pg_dump'));
    expect(await findClients('pg_dump', folder)).toEqual([]);
  });

  test('names one program once, however many links lead to it', async () => {
    const file = await fake('real/bin/pg_dump', 'echo "pg_dump (PostgreSQL) 16.1"');
    await mkdir(join(folder, 'links'));
    await symlink(file, join(folder, 'links', 'pg_dump'));
    process.env['PATH'] = `${join(folder, 'links')}:${join(folder, 'real', 'bin')}`;
    const found = await findClients('pg_dump');
    expect(found.filter(({ version }) => version === '16.1').map((found) => found.path)).toEqual([file]);
  });
});
