import type { ReportCheck } from '@pgdrill/core';

/** A check without the subjects of which there was nothing on either side, and the names of those. One alone is left where it is. */
export function withoutEmpty(check: ReportCheck): { readonly check: ReportCheck; readonly empty: readonly string[] } {
  const found = new Set(check.findings.map(({ subject }) => subject));
  const subjects = check.subjects.filter(
    ({ name, before, after, unverified }) => before !== 0 || after !== 0 || unverified !== undefined || found.has(name),
  );
  const empty = check.subjects.filter((subject) => !subjects.includes(subject)).map(({ name }) => name);
  return empty.length < 2 ? { check, empty: [] } : { check: { ...check, subjects }, empty };
}
