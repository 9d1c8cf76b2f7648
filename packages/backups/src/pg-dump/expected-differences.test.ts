import { describe, expect, test } from 'vitest';
import { expectedDifferences } from './expected-differences.ts';
import type { PgDumpOptions } from './options.ts';

const elsewhere = { someTables: false, inPlace: false };
const inPlace = { someTables: false, inPlace: true };

/** Code, or code and subject, with the beginning of the reason; in place, so that nothing is said of the database itself. */
const expected = (options: PgDumpOptions, drill = inPlace): readonly string[] =>
  expectedDifferences(options, drill).map(
    ({ code, subject, reason }) =>
      `${code}${subject === undefined ? '' : ` ${subject}`} (${reason.split(':')[0]?.split(' ').slice(0, 4).join(' ')})`,
  );

describe('expectedDifferences', () => {
  test('follow from the default arguments', () => {
    expect(expected({})).toEqual([
      'privileges/owner-differs (pg_dump --no-owner)',
      'large-objects/owner-differs (pg_dump --no-owner)',
      'privileges/acl-differs (pg_dump --no-acl)',
      'privileges/default-privileges-differ (pg_dump --no-acl)',
      'large-objects/acl-differs (pg_dump --no-acl)',
      'privileges/role-missing (pg_dump --no-owner and pg_dump)',
      'privileges/role-differs (pg_dump --no-owner and pg_dump)',
      'privileges/membership-differs (pg_dump --no-owner and pg_dump)',
    ]);
  });

  test('are none without an option that leaves something behind', () => {
    expect(expected({ dumpArguments: ['--no-sync', '--exclude-schema=x'], restoreArguments: ['-v'] })).toEqual([]);
  });

  test.each<[PgDumpOptions, readonly string[]]>([
    [{ dumpArguments: ['-xO'] }, ['acl', 'default', 'membership', 'owner', 'role', 'role']],
    [{ dumpArguments: ['--no-privileges'] }, ['acl', 'default']],
    [{ dumpArguments: [], restoreArguments: ['-O'] }, ['owner']],
    [{ dumpArguments: [], restoreArguments: ['-x'] }, ['acl', 'default']],
    // To psql, -x is --expanded, and it has no -O.
    [{ format: 'plain', dumpArguments: [], restoreArguments: ['-x'] }, []],
  ])('of owners and privileges follow from either side: %j', (options, names) => {
    const found = expected(options).flatMap((of) => /privileges\/(\w+)/.exec(of)?.[1] ?? []);
    expect(found.toSorted()).toEqual(names);
  });

  test.each([
    [
      '--no-comments',
      ['schema', 'constraints', 'triggers', 'indexes', 'row-security', 'extensions', 'large-objects'].map(
        (check) => `${check}/comment-differs`,
      ),
    ],
    ['--no-publications', ['schema/missing publication *']],
    ['--no-subscriptions', ['schema/missing subscription *']],
    ['--no-security-labels', ['schema/security-label-differs']],
  ])('follow from %s on either side', (option, what) => {
    expect(expected({ dumpArguments: [option] })).toEqual(what.map((of) => `${of} (pg_dump ${option})`));
    expect(expected({ dumpArguments: [], restoreArguments: [option] })).toEqual(
      what.map((of) => `${of} (pg_restore ${option})`),
    );
  });

  test('of tablespaces do not follow from an archive, which holds them all the same', () => {
    const dumpArguments = ['--no-tablespaces'];
    expect(expected({ dumpArguments })).toEqual([]);
    expect(expected({ format: 'plain', dumpArguments })).toEqual([
      'settings/tablespace-differs (pg_dump --no-tablespaces)',
    ]);
    expect(expected({ dumpArguments: [], restoreArguments: dumpArguments })).toEqual([
      'settings/tablespace-differs (pg_restore --no-tablespaces)',
    ]);
  });

  test.each<[readonly string[], readonly string[], boolean, boolean]>([
    [[], [], false, false],
    [[], [], true, true],
    [['-b'], [], true, false],
    [['--blobs'], [], true, false],
    [['-B'], [], false, true],
    [['--no-blobs'], [], false, true],
    [['-napp'], [], false, true],
    [['-napp', '--large-objects'], [], false, false],
    [['-Napp'], [], false, false],
    [[], ['--schema=app'], false, true],
    [[], ['-Napp'], false, false],
  ])(
    'of large objects: dump %j, restore %j, of some tables %j: %j',
    (dumpArguments, restoreArguments, someTables, lost) => {
      const found = expected({ dumpArguments, restoreArguments }, { someTables, inPlace: true });
      expect(found.some((of) => of.startsWith('large-objects/* '))).toBe(lost);
    },
  );

  test('of the database itself, unless it is restored in place', () => {
    expect(expectedDifferences({ dumpArguments: [] }, elsewhere).map(({ code }) => code)).toEqual([
      'settings/database-settings-differ',
      'settings/database-comment-differs',
      'settings/database-acl-differs',
      'settings/database-owner-differs',
      'settings/database-differs',
    ]);
    expect(expectedDifferences({ dumpArguments: [] }, inPlace)).toEqual([]);
  });
});
