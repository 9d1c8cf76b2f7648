import { describe, expect, test } from 'vitest';
import { parseConnectionUrl } from './connection-url.ts';

describe('parseConnectionUrl', () => {
  test.each([
    ['postgres://', {}],
    ['postgresql://', {}],
    ['postgresql://localhost', { host: 'localhost' }],
    ['postgresql://localhost:5433', { host: 'localhost', port: '5433' }],
    ['postgresql://localhost/mydb', { host: 'localhost', dbname: 'mydb' }],
    ['postgresql://user@localhost', { user: 'user', host: 'localhost' }],
    ['postgresql://user:secret@localhost', { user: 'user', password: 'secret', host: 'localhost' }],
    ['postgresql://user:a:b@h', { user: 'user', password: 'a:b', host: 'h' }],
    ['postgresql://:secret@h', { password: 'secret', host: 'h' }],
    ['postgresql://user:@h', { user: 'user', host: 'h' }],
    ['postgresql://@h', { host: 'h' }],
    ['postgresql://:5433/db', { port: '5433', dbname: 'db' }],
    ['postgresql://h:/db', { host: 'h', dbname: 'db' }],
    ['postgresql:///db', { dbname: 'db' }],
    ['postgresql:///?host=/var/run&port=5', { host: '/var/run', port: '5' }],
    ['postgresql:///db?host=%2Ftmp%2Fx', { dbname: 'db', host: '/tmp/x' }],
    ['postgresql://%2Fvar%2Flib%2Fpg/db', { host: '/var/lib/pg', dbname: 'db' }],
    ['postgresql://[::1]:5433/db', { host: '::1', port: '5433', dbname: 'db' }],
    ['postgresql://[2001:db8::1]', { host: '2001:db8::1' }],
    ['postgresql://us%40er:p%2Fw%3F%25%20@h/d%20b', { user: 'us@er', password: 'p/w?% ', host: 'h', dbname: 'd b' }],
    [
      'postgresql://h/db?connect_timeout=10&application_name=a%26b',
      { host: 'h', dbname: 'db', connect_timeout: '10', application_name: 'a&b' },
    ],
    ['postgresql://h?dbname=x&user=y', { host: 'h', dbname: 'x', user: 'y' }],
    ['postgresql://h/db?ssl=true', { host: 'h', dbname: 'db', sslmode: 'require' }],
    ['postgresql://h/db?dbname=other', { host: 'h', dbname: 'other' }],
    ['postgresql://h/a/b', { host: 'h', dbname: 'a/b' }],
  ])('%s', (url, expected) => {
    expect(parseConnectionUrl(url)).toEqual(expected);
  });

  test.each([
    ['postgresql://h1,h2/db', 'several hosts'],
    ['postgresql://h:1,h:2/db', 'several hosts'],
    ['postgresql://[::1/db', 'IPv6 address in brackets'],
    ['postgresql://::1/db', 'IPv6 address in brackets'],
    ['postgresql://h:port/db', 'the port as digits'],
    ['postgresql://u%zz@h', 'user name in the connection URL is not percent-encoded'],
    ['postgresql://u%00@h', 'user name in the connection URL holds %00'],
    ['postgresql://h?sslmode', 'parameter sslmode in the connection URL'],
    ['postgresql://h?options=-c a=b', 'with %3D'],
  ])('%s is refused', (url, message) => {
    expect(() => parseConnectionUrl(url)).toThrow(message);
  });

  test.each([
    'postgresql://u:hunter2/x@h/db',
    'postgresql://u:123/hunter2@h/db',
    'postgresql://u:123?hunter2@h/db',
    'postgresql://u:a?hunter2=1@h/db',
    'postgresql://u:x@hunter2@h/db',
    'postgresql://u:hunter2%zz@h/db',
    'postgresql://u:hunter2%00@h/db',
    'postgresql://u:hunter2',
    'postgresql://u:hunter2@h,i/db',
    'postgresql://h?password=hunter2=',
    'postgresql://h?password',
  ])('never tells the password: %s', (url) => {
    let message = '';
    try {
      parseConnectionUrl(url);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('hunter2');
  });
});
