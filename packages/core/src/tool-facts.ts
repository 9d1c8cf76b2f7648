import type { ToolFacts } from './manifest.ts';

/** This version of pgdrill. A test holds it to the version in `package.json`. */
export const VERSION = '0.1.0';

/** What stands in every manifest and report about who wrote it. */
export function toolFacts(): ToolFacts {
  const deno = process.versions['deno'];
  return {
    name: 'pgdrill',
    version: VERSION,
    runtime: deno === undefined ? `node ${process.versions.node}` : `deno ${deno}`,
  };
}
