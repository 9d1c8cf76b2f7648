import { catalogueFindings } from '../catalogue/catalogue-findings.ts';
import type { CatalogueFindings } from '../catalogue/object-kind.ts';

/** Every finding code of the check `sequences`, with its wording. */
export const sequencesFindings: CatalogueFindings & {
  readonly behind: { readonly code: string; message(subject: string, before: bigint, after: bigint): string };
} & Readonly<
    Record<
      'behindColumn' | 'behindColumnBefore',
      { readonly code: string; message(subject: string, next: bigint, column: string, value: bigint): string }
    >
  > = {
  ...catalogueFindings('sequences'),
  behind: {
    code: 'sequences/behind',
    message: (subject, before, after) =>
      `The ${subject} would have given ${before} next, and gives ${after}: values that were handed out are given again.`,
  },
  behindColumn: {
    code: 'sequences/behind-column',
    message: (subject, next, column, value) =>
      `The ${subject} gives ${next} next, and ${column} holds ${value} already: the first insert fails, or makes a double.`,
  },
  behindColumnBefore: {
    code: 'sequences/behind-column-before',
    message: (subject, next, column, value) =>
      `The ${subject} gives ${next} next, and ${column} holds ${value} already. It was so in the source too, so the restore lost nothing.`,
  },
};
