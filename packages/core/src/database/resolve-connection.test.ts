import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testServerUrl } from '../../../sandbox/src/testing/test-database.ts';
import { UsageError } from '../errors.ts';
import { clientEnvironment, libpqEnvironment } from './libpq-environment.ts';
import { resolveConnection, type Environment } from './resolve-connection.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pgdrill-home-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const resolve = (input: string | undefined, environment: Environment = {}) =>
  resolveConnection(input, { HOME: home, ...environment });

describe('resolveConnection', () => {
  test('of nothing: the operating-system user, the database of that name, port 5432, sslmode prefer', () => {
    const user = userInfo().username;
    expect(resolve(undefined)).toMatchObject({
      user,
      database: user,
      port: 5432,
      sslMode: 'prefer',
      applicationName: 'pgdrill',
    });
    expect(resolve('', { PGPORT: '1' }).host).toBe('localhost');
    expect(resolve(undefined)).not.toHaveProperty('password');
  });

  test('of a plain word: the name of a database', () => {
    expect(resolve('my data', { PGHOST: 'h', PGUSER: 'u' })).toMatchObject({
      host: 'h',
      user: 'u',
      database: 'my data',
    });
  });

  test('takes every PG* variable that it can give meaning to', () => {
    const environment = {
      PGHOST: 'h',
      PGHOSTADDR: '10.0.0.1',
      PGPORT: '5433',
      PGUSER: 'u',
      PGPASSWORD: 'p',
      PGDATABASE: 'd',
      PGSSLMODE: 'verify-ca',
      PGSSLROOTCERT: '/r',
      PGSSLCERT: '/c',
      PGSSLKEY: '/k',
      PGCONNECT_TIMEOUT: '7',
      PGAPPNAME: 'a',
      PGOPTIONS: '-c geqo=off',
    };
    const settings = resolve(undefined, environment);
    expect(settings).toEqual({
      host: 'h',
      hostAddress: '10.0.0.1',
      port: 5433,
      user: 'u',
      password: 'p',
      database: 'd',
      sslMode: 'verify-ca',
      sslRootCert: '/r',
      sslCert: '/c',
      sslKey: '/k',
      connectTimeout: 7,
      applicationName: 'a',
      options: '-c geqo=off',
    });
    expect(libpqEnvironment(settings)).toEqual({ ...environment, PGGSSENCMODE: 'disable' });
  });

  test('the input wins over the service, the service over PG* variables, and these over defaults', () => {
    const file = write(
      'services',
      '[one]\nhost=from-service\nport=5001\ndbname=from-service\n[two]\nhost=no\n[one]\nuser=no\n',
    );
    const environment = { PGSERVICEFILE: file, PGHOST: 'from-env', PGUSER: 'from-env', PGDATABASE: 'from-env' };
    expect(resolve('service=one dbname=from-input', environment)).toMatchObject({
      host: 'from-service',
      port: 5001,
      user: 'from-env',
      database: 'from-input',
    });
    expect(resolve('postgres:///from-input?service=one', environment).host).toBe('from-service');
    expect(resolve(undefined, { ...environment, PGSERVICE: 'two' })).toMatchObject({
      host: 'no',
      port: 5432,
      user: 'from-env',
    });
  });

  test('looks for a service in the home directory, then in PGSYSCONFDIR', () => {
    write('.pg_service.conf', '# mine\n[mine]\nhost=at-home\n');
    write('pg_service.conf', '[ours]\n host=of-the-system \n');
    expect(resolve('service=mine', { PGSYSCONFDIR: home }).host).toBe('at-home');
    expect(resolve('service=ours', { PGSYSCONFDIR: home }).host).toBe('of-the-system');
  });

  test.each([
    ['service=none', '[one]\nhost=h', /"none" is not defined/],
    ['service=one', '[one]\nhost', /Line 2 .* cannot be used/],
    ['service=one', '[one]\nservice=two', /Line 2 .* nested/],
    ['service=one', '[one]\nldap://x', /Line 2 .* LDAP/],
    ['service=one', '[one]\nhots=h', /"hots", which is no connection parameter/],
  ])('%s in the service file %j is refused', (input, text, message) => {
    expect(() => resolve(input, { PGSERVICEFILE: write('services', text) })).toThrow(message);
  });

  test('PGSERVICEFILE that does not exist is refused', () => {
    expect(() => resolve('service=x', { PGSERVICEFILE: join(home, 'none') })).toThrow('does not exist');
  });

  test('takes the password from ~/.pgpass, PGPASSFILE or passfile=, unless there is one', () => {
    write('.pgpass', 'h:5432:d:u:from-home\nlocalhost:5432:d:u:for-sockets\n');
    const other = write('other', '*:*:*:*:from-other\n');
    expect(resolve('postgres://u@h/d').password).toBe('from-home');
    expect(resolve('postgres://u@h/e').password).toBeUndefined();
    expect(resolve('postgres://u@h/d', { PGPASSFILE: other }).password).toBe('from-other');
    expect(resolve(`host=h user=u dbname=d passfile='${other}'`).password).toBe('from-other');
    expect(resolve('postgres://u:given@h/d').password).toBe('given');
    expect(resolve('postgres://u@h/d', { PGPASSWORD: 'from-env' }).password).toBe('from-env');
    expect(resolve('postgres://u@h/d', { PGPASSWORD: '' }).password).toBe('from-home');
    expect(resolve('postgres://u@/d?host=/tmp').password).toBe('for-sockets');
    expect(resolve(`postgres://u@/d?host=${encodeURIComponent(home)}`).password).toBeUndefined();
  });

  test('hostaddr alone is the host, too', () => {
    expect(resolve('hostaddr=10.0.0.1 user=u')).toMatchObject({ host: '10.0.0.1' });
    expect(resolve('hostaddr=10.0.0.1 user=u')).not.toHaveProperty('hostAddress');
  });

  test('sslrootcert=system means verify-full, and nothing weaker', () => {
    expect(resolve('host=h sslrootcert=system').sslMode).toBe('verify-full');
    expect(() => resolve('host=h sslrootcert=system sslmode=require')).toThrow('too weak');
  });

  test.each([
    ['postgres://h/d?sslmode=no-verify', 'sslmode is "no-verify": it must be one of disable, allow'],
    ['postgres://h:0/d', 'port is "0"'],
    ['postgres://h:70000/d', 'port is "70000"'],
    ['host=h port=5432,5433', 'port is a list'],
    ['host=a,b', 'several hosts'],
    ['host=@abstract', 'abstract socket'],
    ['host=h connect_timeout=soon', 'connect_timeout is "soon"'],
    ['postgres://h/d?schema=public', '"schema", which is no connection parameter'],
    ['host=h target_session_attrs=read-write', 'target_session_attrs=read-write, which pgdrill does not support'],
    ['host=h requirepeer=postgres', 'requirepeer=postgres, which pgdrill does not support. Leave it out.'],
    ['host=h channel_binding=require', 'Leave it out, or use disable or prefer'],
    ['mysql://h/d', 'cannot be read'],
    ['user:hunter2@h/d', 'cannot be read'],
    ['postgres:/u:hunter2@h/d', 'cannot be read'],
    ['host=h sslpassword=hunter2', 'holds sslpassword, which'],
  ])('%s is refused', (input, message) => {
    expect(() => resolve(input)).toThrow(UsageError);
    expect(() => resolve(input)).toThrow(message);
    expect(() => resolve(input)).not.toThrow('hunter2');
  });

  test('a PG* variable that pgdrill cannot obey is named', () => {
    expect(() => resolve('host=h', { PGREQUIREAUTH: 'none' })).toThrow(
      'The variable PGREQUIREAUTH holds require_auth=none',
    );
    expect(
      resolve('host=h', { PGTARGETSESSIONATTRS: 'any', PGCHANNELBINDING: 'prefer', PGCLIENTENCODING: 'LATIN1' }).host,
    ).toBe('h');
  });
});

describe('clientEnvironment', () => {
  test("keeps what is not libpq's, drops every other PG* variable, and holds the connection", () => {
    const settings = resolve('host=h user=u dbname=d');
    const parent = {
      PATH: '/bin',
      LANG: 'C',
      PGDRILL_X: '1',
      PGSERVICE: 's',
      PGTZ: 'x',
      PGDATESTYLE: 'German',
      PGPASSWORD: 'p',
      PG_COLOR: 'always',
      UNSET: undefined,
    };
    expect(clientEnvironment(settings, parent)).toEqual({
      PATH: '/bin',
      LANG: 'C',
      PGDRILL_X: '1',
      ...libpqEnvironment(settings),
    });
  });
});

const psql = spawnSync('psql', ['--version']).status === 0;

describe.skipIf(!psql)('resolveConnection means the same as psql', () => {
  const url = new URL(testServerUrl());
  const server = {
    PGHOST: url.hostname,
    PGPORT: url.port,
    PGUSER: url.username,
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: 'postgres',
  };
  const shown = String.raw`\echo :USER :HOST :PORT :DBNAME
SELECT current_setting('application_name') AS a, current_setting('geqo') AS b`;

  function viaPsql(args: readonly string[], environment: Environment): string {
    return execFileSync('psql', ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-', ...args], {
      input: shown,
      env: { PATH: process.env['PATH'], HOME: home, ...environment },
      encoding: 'utf8',
    });
  }

  test.each<[string | undefined, Environment]>([
    [undefined, server],
    ['template1', { ...server, PGAPPNAME: 'me' }],
    [`postgres://${url.host}/template1`, { ...server, PGHOST: 'nowhere.invalid', PGPORT: '1' }],
    [`host=${url.hostname}  port = ${url.port} dbname='template1' application_name='it\\'s me'`, server],
    ['postgresql:///template1?application_name=a%26b&options=-c%20geqo%3Doff', server],
    ['service=one', { PGPASSWORD: server.PGPASSWORD, PGUSER: 'wrong' }],
    ['postgres:///?service=one&dbname=postgres', { PGPASSWORD: server.PGPASSWORD }],
    [`postgres://${url.username}@${url.host}`, { PGDATABASE: 'template1' }],
    [`host=localhost hostaddr=${url.hostname}`, server],
  ])('%s', (input, environment) => {
    write(
      '.pg_service.conf',
      `[one]\nhost=${url.hostname}\nport=${url.port}\nuser=${url.username}\ndbname=template1\noptions=-c geqo=off\n`,
    );
    write('.pgpass', `*:*:*:*:${server.PGPASSWORD}\n`);
    const direct = viaPsql([...(input === undefined ? [] : [input]), '-v', 'x=1'], {
      PGAPPNAME: 'pgdrill',
      ...environment,
    });
    const resolved = viaPsql([], libpqEnvironment(resolve(input, environment)));
    expect(resolved).toBe(direct);
    expect(direct).toContain(url.port);
  });
});
