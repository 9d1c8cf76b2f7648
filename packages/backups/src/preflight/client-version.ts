import type { PreflightItem, ServerFacts } from '@pgdrill/core';
import { majorOf } from '../client/choose-clients.ts';
import type { DumpSettings } from '../pg-dump/options.ts';

/** From this version on, a restore begins with a setting that older servers do not know: `transaction_timeout`. Source: release notes of 17. */
const SETS_TRANSACTION_TIMEOUT = 17;

/**
 * Do the chosen programs fit the target? That `pg_dump` is not older than the source is settled where it is chosen.
 *
 * Source: PostgreSQL manual, pg_dump, "Notes": its output need not load into a server older than itself.
 */
export function clientVersion(
  versions: Readonly<Record<string, string>>,
  { source, target }: { readonly source: ServerFacts; readonly target: ServerFacts },
  { stopOnError }: DumpSettings,
): PreflightItem {
  const programs = Object.entries(versions)
    .map((each) => each.join(' '))
    .join(' and ');
  const client = Number.parseInt(versions['pg_dump'] ?? '0', 10);
  const server = majorOf(target);
  if (client <= server) {
    return {
      id: 'client-version',
      status: 'ok',
      message: `${programs} fit the source's server ${short(source)} and the target's ${short(target)}.`,
      remedy: null,
    };
  }
  const fails = client >= SETS_TRANSACTION_TIMEOUT && server < SETS_TRANSACTION_TIMEOUT;
  return {
    id: 'client-version',
    status: fails && stopOnError ? 'error' : 'warning',
    message: fails
      ? `${programs} begin a restore with the setting transaction_timeout, which the target's server ${short(target)} does not know.`
      : `${programs} are newer than the target's server ${short(target)}, which need not understand all that they write.`,
    remedy:
      client > majorOf(source)
        ? `Install client programs of version ${Math.max(majorOf(source), server)}, or restore on a server of version ${client}.`
        : `Restore on a server of version ${client} or newer: the source's own version needs these programs.`,
  };
}

/** Without what a distribution adds. */
function short({ version }: ServerFacts): string {
  return version.split(' ', 1)[0] ?? version;
}
