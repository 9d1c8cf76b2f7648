import type { LogLine } from '@pgdrill/core';

/** A tool's line, with the tool before it unless it names itself. */
export function logText({ tool, text }: LogLine): string {
  return text.startsWith(`${tool}:`) ? text : `${tool}: ${text}`;
}
