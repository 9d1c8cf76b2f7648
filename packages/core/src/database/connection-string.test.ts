import { describe, expect, test } from 'vitest';
import { parseConnectionString } from './connection-string.ts';

describe('parseConnectionString', () => {
  test.each([
    ['host=localhost', { host: 'localhost' }],
    ['  host=localhost   dbname=mydb ', { host: 'localhost', dbname: 'mydb' }],
    ['host = localhost port\t=\n5433', { host: 'localhost', port: '5433' }],
    ["dbname='my data' user=me", { dbname: 'my data', user: 'me' }],
    [String.raw`password='it\'s \\ ok'`, { password: String.raw`it's \ ok` }],
    [String.raw`password=it\'s\ ok`, { password: "it's ok" }],
    ["host='' dbname=x", { host: '', dbname: 'x' }],
    ['dbname=a=b', { dbname: 'a=b' }],
    ["options='-c a=b -c c=d'", { options: '-c a=b -c c=d' }],
    ['host=a host=b', { host: 'b' }],
    ['port=', { port: '' }],
    ['dbname=Ünïcode🐘', { dbname: 'Ünïcode🐘' }],
  ])('%s', (text, expected) => {
    expect(parseConnectionString(text)).toEqual(expected);
  });

  test.each([
    ['host=a dbname', 'cannot be read after host'],
    ["dbname='x", 'cannot be read after its beginning'],
    ["host=a dbname='x'y", 'cannot be read after host'],
    ['=x', 'cannot be read after its beginning'],
  ])('%s is refused', (text, message) => {
    expect(() => parseConnectionString(text)).toThrow(message);
  });

  test.each([
    'host=h password=a hunter2',
    'host=h password=a hunter2=b',
    "host=h password='hunter2",
    "host=h password='a'hunter2",
    "host=h password='a' hunter2 user=x",
    'host=h password hunter2',
  ])('never tells the password: %s', (text) => {
    let message = '';
    try {
      parseConnectionString(text);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('hunter2');
  });
});
