import type { ObjectPair } from './object-kind.ts';

/** The names of the facts that are not the same on both sides. */
export function differentFacts({ kind, before, after, versions }: ObjectPair): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const fact of kind.uncompared ?? []) names.delete(fact);
  const sameMajor = isSameMajor(versions);
  const normal = (fact: string, value: string | undefined): string | undefined =>
    sameMajor || value === undefined ? value : (kind.normalise?.(fact, value) ?? value);
  return [...names].filter((fact) => normal(fact, before[fact]) !== normal(fact, after[fact])).toSorted();
}

/** Are both servers of one major version? */
export function isSameMajor({ before, after }: ObjectPair['versions']): boolean {
  return Math.floor(before / 10_000) === Math.floor(after / 10_000);
}
