import type { ExpectedDifference } from '@pgdrill/core';
import type { GivenOption } from './arguments.ts';
import { settle, type PgDumpOptions } from './options.ts';

type What = Omit<ExpectedDifference, 'reason'>;

/** The checks that compare comments. That of the database is no dump's to restore. */
const ofComments = [
  'schema',
  'constraints',
  'triggers',
  'indexes',
  'row-security',
  'extensions',
  'large-objects',
] as const;

/** What an option leaves behind. */
interface LeavesBehind {
  readonly option: string;
  /** `pg_dump` heeds it in the plain format alone: into an archive it writes everything, for `pg_restore` to choose from. */
  readonly plainOnly?: boolean;
  readonly what: readonly What[];
  /** What is so without it, to follow the option's name. */
  readonly why: string;
}

/** Source: the pages of `pg_dump` and `pg_restore` in the PostgreSQL manual, up to version 18. `--no-owner` and `--no-acl` of the dump are handed on to the restore. */
const leavesBehind: readonly LeavesBehind[] = [
  {
    option: '--no-owner',
    what: [{ code: 'privileges/owner-differs' }, { code: 'large-objects/owner-differs' }],
    why: 'everything belongs to the role that restored it',
  },
  {
    option: '--no-acl',
    what: [
      { code: 'privileges/acl-differs' },
      { code: 'privileges/default-privileges-differ' },
      { code: 'large-objects/acl-differs' },
    ],
    why: 'no privilege is granted or revoked',
  },
  {
    option: '--no-comments',
    what: ofComments.map((check) => ({ code: `${check}/comment-differs` })),
    why: 'comments are not restored',
  },
  {
    option: '--no-publications',
    what: [{ code: 'schema/missing', subject: 'publication *' }],
    why: 'publications are not restored',
  },
  {
    option: '--no-subscriptions',
    what: [{ code: 'schema/missing', subject: 'subscription *' }],
    why: 'subscriptions are not restored',
  },
  {
    option: '--no-security-labels',
    what: [{ code: 'schema/security-label-differs' }],
    why: 'security labels are not restored',
  },
  {
    option: '--no-tablespaces',
    plainOnly: true,
    what: [{ code: 'settings/tablespace-differs' }],
    why: 'everything is in the default tablespace',
  },
];

/** What a restore without `--create` says nothing of; the drill's own never has it. */
const ofTheDatabase: Readonly<Record<string, string>> = {
  settings: 'settings/database-settings-differ',
  comment: 'settings/database-comment-differs',
  acl: 'settings/database-acl-differs',
  owner: 'settings/database-owner-differs',
  'connection limit': 'settings/database-differs',
};

/** What is said of roles, none of which is needed where neither owners nor privileges are restored. */
const ofRoles = ['privileges/role-missing', 'privileges/role-differs', 'privileges/membership-differs'] as const;

/** What of a database is bound to be lost, or to be another, by the options of its dump and its restore. */
export function expectedDifferences(
  options: PgDumpOptions,
  { someTables, inPlace }: { readonly someTables: boolean; readonly inPlace: boolean },
): readonly ExpectedDifference[] {
  const { format, dumpOptions, restoreOptions, restoreTool } = settle(options);
  const toRestore = restoreTool === 'psql' ? [] : restoreOptions;
  const givenBy = (option: string, plainOnly = false): string | undefined => {
    const heeded = plainOnly && format !== 'plain' ? [] : dumpOptions;
    return given(heeded, 'pg_dump', [option]) ?? given(toRestore, 'pg_restore', [option]);
  };
  const fromOptions = leavesBehind.flatMap(({ option, plainOnly, what, why }) => {
    const by = givenBy(option, plainOnly);
    return by === undefined ? [] : what.map((one) => ({ ...one, reason: `${by}: ${why}` }));
  });
  const [noOwner, noAcl] = [givenBy('--no-owner'), givenBy('--no-acl')];
  const withoutRoles = noOwner !== undefined && noAcl !== undefined ? `${noOwner} and ${noAcl}` : undefined;
  const without = withoutLargeObjects(dumpOptions, toRestore, someTables);
  return [
    ...fromOptions,
    ...(withoutRoles === undefined
      ? []
      : ofRoles.map((code) => ({ code, reason: `${withoutRoles}: the restore needs none of the source's roles` }))),
    ...(without === undefined
      ? []
      : [{ code: 'large-objects/*', reason: `${without}: large objects are not restored` }]),
    // In place the database stays what it is.
    ...(inPlace ? [] : Object.entries(ofTheDatabase).map(notCreated)),
  ];
}

function notCreated([of, code]: readonly [string, string]): ExpectedDifference {
  return {
    code,
    reason: `restored without --create: such a restore says nothing of the ${of} of the database itself; after a real one, set by hand what you need, or restore with --create`,
  };
}

/** Why large objects are not restored; undefined when they are. They go with the whole database, or where they are asked for. */
function withoutLargeObjects(
  dumpOptions: readonly GivenOption[],
  restoreOptions: readonly GivenOption[],
  someTables: boolean,
): string | undefined {
  const refused = given(dumpOptions, 'pg_dump', ['--no-large-objects', '--no-blobs']);
  if (refused !== undefined) return refused;
  const wanted = given(dumpOptions, 'pg_dump', ['--large-objects', '--blobs']) !== undefined;
  const selected = someTables
    ? 'a drill of some of the tables'
    : given(dumpOptions, 'pg_dump', ['--schema', '--extension', '--table-and-children']);
  if (selected !== undefined && !wanted) return `${selected} without --large-objects`;
  return given(restoreOptions, 'pg_restore', ['--schema', '--table']);
}

/** The option as the reason names it; undefined when it was not given in full. */
function given(options: readonly GivenOption[], tool: string, names: readonly string[]): string | undefined {
  const found = options.find(({ name }) => names.includes(name));
  return found && `${tool} ${found.name}`;
}
