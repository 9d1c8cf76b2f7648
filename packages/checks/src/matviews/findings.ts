import type { SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `matviews`, with its wording. */
export const matviewsFindings: { readonly unpopulated: SubjectFinding } = {
  unpopulated: {
    code: 'matviews/unpopulated',
    message: (subject) =>
      `The ${subject} was populated and is not any more: every query of it fails. Its own query failed when the restore refreshed it.`,
  },
};
