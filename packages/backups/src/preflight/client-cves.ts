import type { PreflightItem } from '@pgdrill/core';
import { clientFlaws, endOfLife, type ClientFlaw } from './client-releases.ts';

/**
 * Do the client programs have known flaws? Never an error: a drill works, but it runs what whoever can write to the source put into it.
 *
 * @param versions program to version, such as `{ pg_dump: '15.18' }`, of the programs that the drill will run
 */
export function clientCves(versions: Readonly<Record<string, string>>, today: Date): readonly PreflightItem[] {
  const programs = Object.entries(versions);
  const flaws = clientFlaws.flatMap((flaw): readonly PreflightItem[] => {
    if (flaw.through !== undefined && versions[flaw.through] === undefined) return [];
    const open = programs.filter(([tool, version]) => isOpen(flaw, tool, version)).map((program) => program.join(' '));
    if (open.length === 0) return [];
    return [
      warning(
        `${open.join(' and ')} ${open.length === 1 ? 'has' : 'have'} ${flaw.id}: ${flaw.effect}.`,
        `Install client programs with the fix (${fixesOf(flaw)}), or drill only sources that you trust.`,
      ),
    ];
  });
  const found = [...flaws, ...outOfSupport(Object.values(versions), today)];
  if (found.length > 0) return found;
  const all = programs.map((program) => program.join(' ')).join(' and ');
  return [{ id: 'client-cves', status: 'ok', message: `No flaw in restoring is known of ${all}.`, remedy: null }];
}

function warning(message: string, remedy: string): PreflightItem {
  return { id: 'client-cves', status: 'warning', message, remedy };
}

function isOpen({ tools, fixed }: ClientFlaw, tool: string, version: string): boolean {
  if (!tools.some((each) => each === tool)) return false;
  // Of a version before its release, such as 18beta1, there is no minor one.
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const first = fixed[major];
  if (first !== undefined) return minor < first;
  return major < Math.max(...Object.keys(fixed).map(Number));
}

function fixesOf({ fixed }: ClientFlaw): string {
  return Object.entries(fixed)
    .toReversed()
    .map((each) => each.join('.'))
    .join(', ');
}

/** A version that the table does not have is older than all of it, or newer and so supported. */
function outOfSupport(versions: readonly string[], today: Date): readonly PreflightItem[] {
  const oldest = Math.min(...Object.keys(endOfLife).map(Number));
  const day = today.toISOString().slice(0, 10);
  const majors = [...new Set(versions.map((version) => Number.parseInt(version, 10)))];
  return majors
    .filter((major) => major < oldest || (endOfLife[major] ?? day) < day)
    .map((major) =>
      warning(
        `The client programs are of PostgreSQL ${major}, which has had no releases since ${endOfLife[major] ?? 'long ago'}: flaws found later are not mended in it.`,
        'Install client programs of a version that is supported; they dump older servers too.',
      ),
    );
}
