import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { passwordFromFile, type PasswordKey } from './password-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pgdrill-pgpass-'));
  file = join(folder, 'pgpass');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const key: PasswordKey = { host: 'db.example', port: 5432, database: 'app', user: 'me' };

function found(text: string, over: Partial<PasswordKey> = {}, mode = 0o600): string | undefined {
  writeFileSync(file, text);
  chmodSync(file, mode);
  return passwordFromFile(file, { ...key, ...over });
}

describe('passwordFromFile', () => {
  test.each([
    ['db.example:5432:app:me:secret', 'secret'],
    ['*:*:*:*:secret', 'secret'],
    ['db.example:*:*:me:secret\n', 'secret'],
    ['db.example:5432:app:me:secret\r\n', 'secret'],
    ['# comment\n\nother:5432:app:me:no\ndb.example:5432:app:me:first\n*:*:*:*:second', 'first'],
    [String.raw`*:*:*:*:a\:b\\c`, String.raw`a:b\c`],
    ['*:*:*:*:spaces stay ', 'spaces stay '],
    ['*:*:*:*:cut:here', 'cut'],
    ['*:*:*:*:', ''],
    ['short:line\n*:*:*:*:secret', 'secret'],
  ])('%j gives %j', (text, expected) => {
    expect(found(text)).toBe(expected);
  });

  test.each([
    'db.example:5433:app:me:secret',
    'db.example:5432:app2:me:secret',
    'db.example:5432:app:you:secret',
    'other:5432:app:me:secret',
    'DB.example:5432:app:me:secret',
    '**:*:*:*:secret',
    String.raw`\*:*:*:*:secret`,
    '#*:*:*:*:secret',
    'db.example:5432:app:secret',
  ])('%j gives none', (text) => {
    expect(found(text)).toBeUndefined();
  });

  test('fields may hold escaped colons and backslashes', () => {
    expect(
      found(String.raw`fe80\:\:1:5432:a\\b:m\:e:secret`, { host: 'fe80::1', database: String.raw`a\b`, user: 'm:e' }),
    ).toBe('secret');
  });

  test('a file that others may read is left unused', () => {
    const text = '*:*:*:*:secret';
    expect([0o640, 0o604, 0o620, 0o601].map((mode) => found(text, {}, mode))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(found(text, {}, 0o400)).toBe('secret');
  });

  test('a file that does not exist, or is a directory, is no error', () => {
    expect(passwordFromFile(join(folder, 'none'), key)).toBeUndefined();
    expect(passwordFromFile(folder, key)).toBeUndefined();
  });
});
