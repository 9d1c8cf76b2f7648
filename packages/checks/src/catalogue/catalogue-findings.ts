import type { CatalogueFindings, SubjectFinding } from './object-kind.ts';

/** The three codes of a check of the catalogue: an object is gone, is new, or is another than before. */
export function catalogueFindings(check: string): CatalogueFindings {
  return {
    missing: {
      code: `${check}/missing`,
      message: (subject) => `The ${subject} is not there any more.`,
    },
    unexpected: {
      code: `${check}/unexpected`,
      message: (subject) => `The ${subject} was not there before.`,
    },
    differs: {
      code: `${check}/differs`,
      message: (subject, facts) => `The ${subject} is another than before, in: ${facts}.`,
    },
  };
}

/** The code of a check whose objects may have comments. */
export function commentFinding(check: string): SubjectFinding {
  return {
    code: `${check}/comment-differs`,
    message: (subject) => `The comment on ${subject} is another than before.`,
  };
}
