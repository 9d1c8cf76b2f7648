import { describe, expect, test } from 'vitest';
import { settle, type PgDumpOptions } from '../pg-dump/options.ts';
import { demandsOf } from './demands.ts';

describe('demandsOf', () => {
  test('asks for neither owners nor grants by default', () => {
    expect(demandsOf(settle({}))).toEqual({
      owners: false,
      privileges: false,
      tablespaces: true,
      stopsOnError: true,
      isPartial: false,
      rowSecurity: false,
      role: null,
      bytesPerByte: 0.5,
    });
  });

  test.each<readonly [string, PgDumpOptions, object]>([
    ['no arguments', { dumpArguments: [] }, { owners: true, privileges: true }],
    [
      'arguments of the restore',
      { dumpArguments: [], restoreArguments: ['-O', '-x'] },
      { owners: false, privileges: false },
    ],
    ['no tablespaces', { restoreArguments: ['--no-tablespaces'] }, { tablespaces: false }],
    ['no tablespaces in plain SQL', { format: 'plain', dumpArguments: ['--no-tablespaces'] }, { tablespaces: false }],
    ['tablespaces that an archive holds all the same', { dumpArguments: ['--no-tablespaces'] }, { tablespaces: true }],
    ['row security', { dumpArguments: ['--enable-row-security', '--role=weak'] }, { rowSecurity: true, role: 'weak' }],
    ['a part', { dumpArguments: ['--schema=app'] }, { isPartial: true }],
    ['errors passed over', { stopOnError: false }, { stopsOnError: false }],
    ['plain SQL', { format: 'plain' }, { bytesPerByte: 1 }],
    ['no compression', { compress: 0 }, { bytesPerByte: 1 }],
  ])('reads %s', (_, options, expected) => {
    expect(demandsOf(settle(options))).toMatchObject(expected);
  });
});
