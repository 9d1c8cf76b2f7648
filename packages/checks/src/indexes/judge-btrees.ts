import type { Finding, Subject } from '@pgdrill/core';
import { indexesFindings } from './findings.ts';
import type { CheckedBtrees } from './observation.ts';

/** What amcheck found on both sides. A dump builds every index anew, so that what was corrupt before is sound again, or was restored as files. */
export function judgeBtrees(
  before: CheckedBtrees,
  after: CheckedBtrees,
): { readonly subjects: readonly Subject[]; readonly findings: readonly Finding[] } {
  if (before.error !== undefined || after.error !== undefined) {
    const [side, error] = before.error === undefined ? ['after', after.error] : ['before', before.error];
    const unverified = `amcheck could not be asked ${side}: ${error}`;
    return { subjects: [{ name: NAME, before: null, after: null, unverified }], findings: [] };
  }
  const { corrupt, corruptBefore } = indexesFindings;
  const found = Object.entries(after.corrupt).map(([name, actual]): Finding => {
    const subject = `index ${name}`;
    const expected = before.corrupt[name] ?? 'sound';
    return { code: corrupt.code, severity: 'error', subject, expected, actual, message: corrupt.message(subject) };
  });
  const healed = Object.entries(before.corrupt).flatMap(([name, was]): readonly Finding[] => {
    const subject = `index ${name}`;
    const { code, message } = corruptBefore;
    if (after.corrupt[name] !== undefined) return [];
    return [{ code, severity: 'warning', subject, expected: was, actual: null, message: message(subject) }];
  });
  return {
    subjects: [
      { name: NAME, before: before.sound, after: after.sound },
      ...unchecked('before', before.unchecked),
      ...unchecked('after', after.unchecked),
    ],
    findings: [...found, ...healed],
  };
}

const NAME = 'B-trees that amcheck finds sound';

function unchecked(side: 'before' | 'after', errors: Readonly<Record<string, string>>): readonly Subject[] {
  return Object.entries(errors).map(([name, error]) => ({
    name: `index ${name}`,
    before: null,
    after: null,
    unverified: `amcheck could not check it ${side}: ${error}`,
  }));
}
