import { describe, expect, test } from 'vitest';
import type { RestoreDemands } from '../backup-method.ts';
import { resolveConnection } from '../database/resolve-connection.ts';
import type { Access } from './access.ts';
import type { DiskFacts } from './disk-facts.ts';
import type { PreflightStatus } from './item.ts';
import type { JudgeContext } from './judge-context.ts';
import { judges } from './judges.ts';
import type { SourceFacts } from './source-facts.ts';
import type { TargetFacts } from './target-facts.ts';

const TLS = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' };
const LOCALE = { provider: 'libc', name: 'en_US.UTF-8', recorded: '2.36', actual: '2.36' } as const;

interface Changes {
  readonly source?: Partial<SourceFacts>;
  readonly access?: Partial<Access>;
  readonly target?: Partial<TargetFacts>;
  readonly demands?: Partial<RestoreDemands> | null;
  readonly disk?: Partial<DiskFacts>;
  readonly kind?: JudgeContext['target']['kind'];
  readonly encodings?: readonly [string, string];
  readonly url?: string;
  readonly isSelected?: (name: string) => boolean;
}

/** Two servers on which nothing is amiss; the source has one of everything. */
const context = (changes: Changes = {}): JudgeContext => {
  const [from, to] = changes.encodings ?? ['UTF8', 'UTF8'];
  const server = { version: '15.18', versionNumber: 150_018, collation: 'en_US.UTF-8' };
  return {
    source: {
      connection: resolveConnection(changes.url ?? 'postgresql://u@db.example.com/app?sslmode=verify-full', {}),
      server: { ...server, encoding: from },
      access: { role: 'u', closed: [], hidden: [], closedLargeObjects: 0, largeObjects: 0, ...changes.access },
      facts: {
        bytes: 1e9,
        locale: LOCALE,
        libraryVersion: '2.36',
        staleCollations: [],
        roles: [
          { role: 'app_owner', as: 'owner' },
          { role: 'app_reader', as: 'grantee' },
        ],
        extensions: [{ name: 'pg_trgm', version: '1.6' }],
        tablespaces: ['fast'],
        schemas: ['public', 'app'],
        inRecovery: false,
        replayWaits: 0,
        tls: TLS,
        ...changes.source,
      },
    },
    target: {
      kind: changes.kind ?? 'url',
      connection: resolveConnection('postgresql://t@restore.example.com/empty?sslmode=verify-full', {}),
      server: { ...server, encoding: to },
      facts: {
        role: 't',
        isSuperuser: false,
        mayCreateDatabases: true,
        mayCreateSchemas: true,
        mayCreateInPublic: true,
        inRecovery: false,
        locale: LOCALE,
        knowsLocale: true,
        libraryVersion: '2.36',
        missingRoles: [],
        missingTablespaces: [],
        extensions: [{ name: 'pg_trgm', version: '1.6', allowed: true }],
        preloaded: '',
        dataDirectory: null,
        tls: TLS,
        ...changes.target,
      },
    },
    method: 'pg_dump',
    demands:
      changes.demands === null
        ? null
        : {
            owners: true,
            privileges: true,
            tablespaces: true,
            stopsOnError: true,
            isPartial: false,
            rowSecurity: false,
            role: null,
            bytesPerByte: 0.5,
            ...changes.demands,
          },
    isSelected: changes.isSelected ?? null,
    disk: { directory: '/tmp', directoryFree: 2e9, targetFree: 2e9, ...changes.disk },
  };
};

const judged = (id: string, changes: Changes): readonly (readonly [PreflightStatus, string])[] =>
  (judges[id]?.(context(changes)) ?? []).map(({ status, message, remedy }) => [status, `${message} ${remedy ?? ''}`]);

describe('judges', () => {
  test('find nothing amiss with two servers that fit', () => {
    const items = Object.entries(judges).flatMap(([id, judge]) =>
      judge(context()).map((item) => ({ ...item, from: id })),
    );
    expect(items.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(items.filter(({ id, from }) => id !== from)).toEqual([]);
  });

  test.each<readonly [string, string, PreflightStatus, RegExp, Changes]>([
    [
      'permissions',
      'a table',
      'error',
      /^The role u may not read 1 .*: app\.t\. GRANT pg_read_all_data TO u/,
      { access: { closed: [{ name: 'app.t', schema: null }] } },
    ],
    [
      'permissions',
      'a schema',
      'error',
      /app\.t, nor use the schemas app/,
      { access: { closed: [{ name: 'app.t', schema: 'app' }] } },
    ],
    [
      'permissions',
      'a table that the arguments may leave out',
      'warning',
      /app\.t/,
      { access: { closed: [{ name: 'app.t', schema: null }] }, demands: { isPartial: true } },
    ],
    ['permissions', 'large objects', 'error', /3 of the large objects/, { access: { closedLargeObjects: 3 } }],
    [
      'permissions',
      'no CREATEDB',
      'error',
      /ALTER ROLE "t" CREATEDB/,
      { kind: 'scratch', target: { mayCreateDatabases: false } },
    ],
    [
      'permissions',
      'no schema to be made',
      'error',
      /may not create schemas .* has app/,
      { target: { mayCreateSchemas: false } },
    ],
    [
      'permissions',
      'nothing to be made in public',
      'error',
      /GRANT CREATE ON SCHEMA public/,
      { target: { mayCreateInPublic: false } },
    ],
    [
      'row-security',
      'rows hidden',
      'error',
      /hides rows from the role u in app\.t: reading them fails.* BYPASSRLS/,
      { access: { hidden: ['app.t'] } },
    ],
    [
      'row-security',
      'rows hidden, and left out',
      'error',
      /silently hold only .* leave out --enable-row-security/,
      { access: { hidden: ['app.t'] }, demands: { rowSecurity: true } },
    ],
    ['row-security', 'a dump by another role', 'unknown', /not for dumper/, { demands: { role: 'dumper' } }],
    ['standby', 'the target', 'error', /can only be read/, { target: { inRecovery: true } }],
    [
      'standby',
      'the source, which cancels',
      'warning',
      /more than 30 s.*hot_standby_feedback/,
      { source: { inRecovery: true, replayWaits: 30 } },
    ],
    [
      'standby',
      'the source, which waits',
      'ok',
      /lets long queries end/,
      { source: { inRecovery: true, replayWaits: -1 } },
    ],
    ['encoding', 'UTF8 into LATIN1', 'error', /cannot hold every character of UTF8/, { encodings: ['UTF8', 'LATIN1'] }],
    ['encoding', 'UTF8 into SQL_ASCII', 'error', /knows bytes, not characters/, { encodings: ['UTF8', 'SQL_ASCII'] }],
    [
      'encoding',
      'LATIN1 into UTF8',
      'warning',
      /hashes over the server's own bytes differ/,
      { encodings: ['LATIN1', 'UTF8'] },
    ],
    ['encoding', 'SQL_ASCII into UTF8', 'warning', /takes any bytes/, { encodings: ['SQL_ASCII', 'UTF8'] }],
    [
      'encoding',
      'LATIN1 and a scratch database',
      'ok',
      /made in LATIN1/,
      { kind: 'scratch', encodings: ['LATIN1', 'UTF8'] },
    ],
    [
      'collation',
      'another locale',
      'warning',
      /libc en_US\.UTF-8, the target by libc C/,
      { target: { locale: { ...LOCALE, name: 'C' } } },
    ],
    [
      'collation',
      'another provider',
      'warning',
      /the target by icu en-US/,
      { target: { locale: { ...LOCALE, provider: 'icu', name: 'en-US' } } },
    ],
    [
      'collation',
      'a locale that the server does not list',
      'warning',
      /does not list libc en_US\.UTF-8/,
      { kind: 'scratch', target: { knowsLocale: false } },
    ],
    [
      'collation',
      'another version of the library',
      'warning',
      /libc 2\.36, and the target server has 2\.31/,
      { target: { libraryVersion: '2.31' } },
    ],
    ['collation', 'a version that is not told', 'ok', /libc en_US/, { target: { libraryVersion: null } }],
    [
      'collation',
      'an upgraded library under the source',
      'warning',
      /was of version 2\.28 and is of 2\.36.*amcheck.*REINDEX/,
      { source: { locale: { ...LOCALE, recorded: '2.28' } } },
    ],
    [
      'collation',
      'other collations of the source',
      'warning',
      /recorded of de-x-icu/,
      { source: { staleCollations: ['de-x-icu'] } },
    ],
    [
      'roles',
      'an owner',
      'error',
      /lacks a role .*app_owner \(an owner\).*pg_dumpall --roles-only.*--no-owner/,
      { target: { missingRoles: ['app_owner'] } },
    ],
    [
      'roles',
      'an owner, on a server on which nobody can make it',
      'error',
      /lacks a role .*A throwaway server has none.*--target-server, or add --no-owner/,
      { kind: 'sandbox', target: { missingRoles: ['app_owner'] } },
    ],
    [
      'roles',
      'an owner, without owners',
      'ok',
      /the one role/,
      { target: { missingRoles: ['app_owner'] }, demands: { owners: false } },
    ],
    [
      'roles',
      'none that counts',
      'ok',
      /names no role/,
      { target: { missingRoles: ['app_owner', 'app_reader'] }, demands: { owners: false, privileges: false } },
    ],
    [
      'roles',
      'a policy, without owners and privileges',
      'error',
      /clerk \(in a policy\)/,
      {
        source: { roles: [{ role: 'clerk', as: 'policy' }] },
        target: { missingRoles: ['clerk'] },
        demands: { owners: false, privileges: false },
      },
    ],
    [
      'roles',
      'an owner, where the restore goes on',
      'warning',
      /app_owner/,
      { target: { missingRoles: ['app_owner'] }, demands: { stopsOnError: false } },
    ],
    [
      'roles',
      'an owner, perhaps of what is left out',
      'warning',
      /app_owner/,
      { target: { missingRoles: ['app_owner'] }, isSelected: () => true },
    ],
    ['roles', 'a method that does not say', 'unknown', /does not say/, { demands: null }],
    ['extensions', 'none there', 'error', /no files of pg_trgm/, { target: { extensions: [] } }],
    [
      'extensions',
      'another version',
      'warning',
      /pg_trgm 1\.6 becomes 1\.5/,
      { target: { extensions: [{ name: 'pg_trgm', version: '1.5', allowed: true }] } },
    ],
    [
      'extensions',
      'one for superusers',
      'warning',
      /t of the target is no superuser, and pg_trgm/,
      { target: { extensions: [{ name: 'pg_trgm', version: '1.6', allowed: false }] } },
    ],
    [
      'extensions',
      'one that is to be loaded',
      'warning',
      /does not load timescaledb.*timescaledb_pre_restore/,
      {
        source: { extensions: [{ name: 'timescaledb', version: '2.17' }] },
        target: { extensions: [{ name: 'timescaledb', version: '2.17', allowed: true }] },
      },
    ],
    [
      'tablespaces',
      'a missing one',
      'error',
      /lacks the tablespace fast.*--no-tablespaces/,
      { target: { missingTablespaces: ['fast'] } },
    ],
    [
      'tablespaces',
      'a missing one that is left out',
      'ok',
      /leaves tablespaces out/,
      { target: { missingTablespaces: ['fast'] }, demands: { tablespaces: false } },
    ],
    [
      'free-disk',
      'little room for the backup',
      'warning',
      /^About 500 MB for the backup, in \/tmp, and 100 MB free/,
      { disk: { directoryFree: 1e8 } },
    ],
    ['free-disk', 'next to none', 'error', /and 20 MB free.*TMPDIR/, { disk: { directoryFree: 2e7 } }],
    [
      'free-disk',
      'little room for the restored database',
      'warning',
      /1\.0 GB for the restored database/,
      { disk: { targetFree: 9e8 } },
    ],
    [
      'free-disk',
      'a server elsewhere',
      'unknown',
      /restored database was not looked at/,
      { disk: { targetFree: null } },
    ],
    [
      'tls',
      'none',
      'warning',
      /No TLS to the source u@db\.example\.com.*sslmode=verify-full/,
      { source: { tls: { version: null, cipher: null } } },
    ],
    [
      'tls',
      'one that checks nobody',
      'warning',
      /sslmode=require does not check who answers/,
      { url: 'postgresql://u@db.example.com/app?sslmode=require' },
    ],
    [
      'tls',
      'none on this machine',
      'ok',
      /none needed/,
      { url: 'postgresql://u@127.0.0.1/app', source: { tls: { version: null, cipher: null } } },
    ],
  ])('%s: %s is %s', (id, _, status, text, changes) => {
    expect(judged(id, changes)).toContainEqual([status, expect.stringMatching(text)]);
  });

  test('leave out what is not on trial', () => {
    const access = { closed: [{ name: 'app.t', schema: null }], hidden: ['app.u'], closedLargeObjects: 2 };
    const isSelected = (name: string): boolean => name === 'app.other';
    expect(judged('permissions', { access, isSelected }).map(([status]) => status)).toEqual(['ok']);
    expect(judged('row-security', { access, isSelected }).map(([status]) => status)).toEqual(['ok']);
  });
});
