import type { Report } from '@pgdrill/core';

/** Lines of the tools that are known to mean no loss, each with the reason. What the others mean is in the findings. */
export function harmlessLines(events: Report['events'] = []): ReadonlyMap<string, string> {
  return new Map(events.filter((event) => event.class === 'harmless').map(({ text, why }) => [text, why]));
}
