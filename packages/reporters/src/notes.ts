import type { Report } from '@pgdrill/core';
import type { SecondLook } from './second-look.ts';

/** One note, and the names of the checks that make it; none for the drill's own. */
export interface Note {
  readonly text: string;
  readonly checks: readonly string[];
}

/** What the user should know of the acceptances themselves. */
export function acceptanceWarnings({ acceptances = [] }: Report): readonly string[] {
  return acceptances.flatMap(({ warning }) => warning ?? []);
}

/** The drill's own notes, what is wrong with its acceptances, then the notes of its checks: what several of them say is told once. */
export function notesOf({ report, checks }: SecondLook): readonly Note[] {
  const byText = new Map<string, string[]>();
  for (const { name, notes } of checks) {
    for (const text of notes) {
      const names = byText.get(text) ?? [];
      names.push(name);
      byText.set(text, names);
    }
  }
  return [
    ...[...report.notes, ...acceptanceWarnings(report)].map((text) => ({ text, checks: [] })),
    ...[...byText].map(([text, names]) => ({ text, checks: names })),
  ];
}
