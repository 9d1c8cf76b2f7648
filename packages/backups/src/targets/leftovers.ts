import type { TargetContext, WritableConnection } from '@pgdrill/core';
import { readMarker, scratchPrefix } from './marker.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Notes scratch databases that are older than a day: their drills were killed, or kept them. They are not dropped here, since nobody can tell
 * which of the two it was.
 */
export async function leftovers(admin: WritableConnection, note: TargetContext['note']): Promise<void> {
  const rows = await admin.query(
    `SELECT datname::text AS name, pg_catalog.shobj_description(oid, 'pg_database') AS comment
     FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname, $1) ORDER BY datname`,
    [scratchPrefix],
  );
  const old = rows.filter(({ comment }) => isOld(readMarker(comment ?? null)?.created));
  if (old.length === 0) return;
  const drops = old.map(({ name }) => `DROP DATABASE ${name ?? ''};`).join(' ');
  note(
    `Older than a day, and left by drills that were killed or that kept them: ${old.length} scratch database(s). To drop: ${drops}`,
  );
}

function isOld(created: string | undefined): boolean {
  return created !== undefined && Date.now() - Date.parse(created) > DAY_MS;
}
