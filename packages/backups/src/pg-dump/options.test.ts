import { UsageError } from '@pgdrill/core';
import { describe, expect, test } from 'vitest';
import type { ClientTool } from '../client/find-clients.ts';
import { compressArguments } from './compression.ts';
import { settle } from './options.ts';

describe('settle', () => {
  test('fills the defaults in', () => {
    expect(settle(undefined)).toMatchObject({
      format: 'custom',
      jobs: 1,
      compress: null,
      dumpArguments: ['--no-owner', '--no-acl'],
      restoreTool: 'pg_restore',
      stopOnError: true,
    });
  });

  test.each([
    '-d',
    '-dx',
    '-h',
    '-hlocalhost',
    '-p',
    '-U',
    '-W',
    '-Ovhx',
    '--dbname=x',
    '--host',
    '--port=1',
    '--user',
    '--username=x',
    '--passw',
  ])('refuses the connection in arguments, to any of the tools: %s', (argument) => {
    const given = [argument, 'value'];
    expect(() => settle({ dumpArguments: given })).toThrow(UsageError);
    expect(() => settle({ restoreArguments: given })).toThrow(UsageError);
    expect(() => settle({ format: 'plain', restoreArguments: given })).toThrow(UsageError);
  });

  test.each([
    ['--file=x', 'the place of the backup'],
    ['-fx', 'the place of the backup'],
    ['-Fp', 'use the option format'],
    ['--form=p', 'use the option format'],
    ['-j4', 'use the option jobs'],
    ['--jobs=4', 'use the option jobs'],
    ['-Z9', 'use the option compress'],
    ['--snapshot=1', 'the snapshot'],
    ['--snap=1', 'the snapshot'],
    ['-C', 'not into the target'],
    ['--create', 'not into the target'],
    ['-V', 'does not do its work'],
    ['otherdatabase', 'no option'],
    ['--', 'no option'],
    ['-', 'no option'],
    ['', 'no option'],
  ])('refuses %s for pg_dump, and says why', (argument, why) => {
    expect(() => settle({ dumpArguments: [argument] })).toThrow(why);
  });

  test.each([
    ['-e', 'stopOnError'],
    ['--exit', 'stopOnError'],
    ['-C', 'not into the target'],
    ['-l', 'does not do its work'],
    ['-f-', 'goes to the target'],
    ['backup.dump', 'no option'],
  ])('refuses %s for pg_restore, and says why', (argument, why) => {
    expect(() => settle({ restoreArguments: [argument] })).toThrow(why);
  });

  test.each([['-cSELECT 1'], ['--command=x'], ['-f', 'x'], ['-o/x'], ['-qc', 'x']])(
    'refuses %j for psql',
    (...given) => {
      expect(() => settle({ format: 'plain', restoreArguments: given })).toThrow(UsageError);
    },
  );

  test.each([
    [['--no-sync', '--no-comments', '-n', 'app', '-N=x', '--exclude-table-data', '-d']],
    [['-Ox', '--schema=-d', '-n', 'a b', '-N*', '--lock-wait-timeout=5s', '-vc', '--if-exists', '--no-password']],
  ])('takes what is harmless, values in the next argument too: %j', (dumpArguments) => {
    expect(settle({ dumpArguments }).dumpArguments).toEqual(dumpArguments);
  });

  test('knows an option by any of its names', () => {
    const names = (dumpArguments: readonly string[]): readonly string[] =>
      settle({ dumpArguments }).dumpOptions.map(({ name }) => name);
    expect(names(['-xO'])).toEqual(['--no-acl', '--no-owner']);
    expect(names(['--no-privileges', '-nx'])).toEqual(['--no-acl', '--schema']);
  });

  test.each([
    [{ format: 'tar', jobs: 2 }, /format tar .* jobs: 2/],
    [{ format: 'plain', jobs: 2 }, /format plain .* jobs: 2/],
    [{ format: 'tar', compress: 3 }, /tar archive \(compress: 3\)/],
    [{ format: 'plain', compress: 'gzip:1' }, /psql cannot read .*compress: gzip:1/],
    [{ jobs: 2, restoreArguments: ['-1'] }, /one transaction/],
  ] as const)('refuses what cannot work together: %j', (options, message) => {
    expect(() => settle(options)).toThrow(message);
  });

  test.each([
    [{ format: 'tar', compress: 0 }],
    [{ format: 'plain', compress: 'none', restoreArguments: ['-1', '-v', 'x=1'] }],
    [{ format: 'directory', jobs: 4, compress: 'zstd:3' }],
    [{ restoreArguments: ['-1'] }],
  ] as const)('takes what can: %j', (options) => {
    expect(settle(options).format).toBe('format' in options ? options.format : 'custom');
  });
});

describe('compressArguments', () => {
  const client = (major: number): ClientTool => ({ name: 'pg_dump', path: '/x/pg_dump', version: `${major}.1`, major });

  test('speaks to a client of version 16 by method, to an older one by gzip level', () => {
    expect(compressArguments(null, client(15))).toEqual([]);
    expect(compressArguments('zstd:3', client(16))).toEqual(['--compress=zstd:3']);
    expect(compressArguments('7', client(16))).toEqual(['--compress=7']);
    expect(compressArguments('7', client(15))).toEqual(['--compress=7']);
    expect(compressArguments('gzip:level=9', client(15))).toEqual(['--compress=9']);
    expect(compressArguments('none', client(15))).toEqual(['--compress=0']);
  });

  test.each(['lz4', 'zstd:3', 'gzip:12'])('refuses %s for an older client, with its version and place', (compress) => {
    expect(() => compressArguments(compress, client(15))).toThrow(/needs pg_dump 16.* 15\.1 at \/x\/pg_dump/);
  });
});
