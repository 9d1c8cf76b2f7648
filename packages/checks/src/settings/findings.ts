import type { FactsFinding } from '../catalogue/differences-by-code.ts';
import type { SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `settings`, with its wording. */
export const settingsFindings: Readonly<
  Record<'settingsDiffer' | 'tablespace', SubjectFinding> &
    Record<'comment' | 'acl' | 'owner' | 'locale' | 'collation' | 'outdated' | 'database', FactsFinding>
> = {
  settingsDiffer: {
    code: 'settings/database-settings-differ',
    message: (subject) =>
      `The ${subject} is not what it was. ALTER DATABASE ... SET and ALTER ROLE ... IN DATABASE ... SET are restored with --create alone.`,
  },
  comment: {
    code: 'settings/database-comment-differs',
    severity: 'warning',
    message: () => 'The comment on the database is another than before. It is restored with --create alone.',
  },
  acl: {
    code: 'settings/database-acl-differs',
    message: (_subject, changes) =>
      `The privileges on the database are not what they were: ${changes}. They are restored with --create alone.`,
  },
  owner: {
    code: 'settings/database-owner-differs',
    message: () => 'The database belongs to another role than before.',
  },
  locale: {
    code: 'settings/locale-differs',
    message: (_subject, facts) =>
      `The database differs from what it was in its ${facts}: it was made before the restore, with those of its own template. Order, upper and lower case, and the bytes of texts follow from them.`,
  },
  collation: {
    code: 'settings/collation-version-differs',
    severity: 'warning',
    message: (subject, facts) =>
      `The ${subject} is of another version of the operating system's library than before (${facts}), which may order texts otherwise. Indexes that a restore builds are right; REINDEX those that came as files.`,
  },
  outdated: {
    code: 'settings/collation-outdated',
    severity: 'warning',
    message: (subject, side) =>
      `The ${subject} is recorded in another version of the operating system's library than the one in use (${side}), so indexes that were built before may be out of order: REINDEX them, then ALTER COLLATION or ALTER DATABASE ... REFRESH VERSION.`,
  },
  tablespace: {
    code: 'settings/tablespace-differs',
    message: (subject) => `The ${subject} lies in another tablespace than before.`,
  },
  database: {
    code: 'settings/database-differs',
    message: (_subject, facts) => `The database differs from what it was in its ${facts}.`,
  },
};
