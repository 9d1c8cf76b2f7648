import type { SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `matviews`, with its wording. */
export const matviewsFindings: Readonly<Record<'unpopulated' | 'stale' | 'wasStale', SubjectFinding>> = {
  unpopulated: {
    code: 'matviews/unpopulated',
    message: (subject) =>
      `The ${subject} was populated and is not any more: every query of it fails. Where a restore refreshed it, its own query failed.`,
  },
  stale: {
    code: 'matviews/stale',
    message: (subject) =>
      `The ${subject} holds other rows in the restored database than its own query gives there: REFRESH MATERIALIZED VIEW.`,
  },
  wasStale: {
    code: 'matviews/was-stale',
    message: (subject) =>
      `The ${subject} held other rows before the backup than its own query gave: a restore that refreshes it brings other rows back.`,
  },
};
