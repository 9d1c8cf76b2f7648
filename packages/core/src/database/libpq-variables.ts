import { env } from 'node:process';

/**
 * Is this an environment variable that libpq or its programs obey?
 *
 * All that begin with `PG` count, so that those of later versions do too; our own begin with `PGDRILL_`.
 */
export function isLibpqVariable(name: string): boolean {
  return /^PG(?!DRILL_)/i.test(name);
}

/**
 * Calls `construct` while this process has no `PG*` variable.
 *
 * Both client libraries fill whatever they were not given from the environment, by rules of their own; the settings are already complete.
 * `construct` must be synchronous, so that nobody else sees the gap.
 */
export function withoutLibpqVariables<Result>(construct: () => Result): Result {
  const hidden = Object.entries(env).filter(([name]) => isLibpqVariable(name));
  for (const [name] of hidden) delete env[name];
  try {
    return construct();
  } finally {
    for (const [name, value] of hidden) env[name] = value;
  }
}
