import type { DatabaseHandle } from '../database/handle.ts';
import { DatabaseError } from '../errors.ts';
import type { CapturePlan } from '../plan.ts';
import { selectTables } from '../selection/select-tables.ts';
import { readAccess } from './access.ts';
import { closedToRole } from './permissions.ts';
import { hiddenFromRole } from './row-security.ts';

/**
 * Notes what a capture will not be able to read, before it begins. It ends nothing: what could not be read is unverified, and the rest is captured all
 * the same.
 */
export async function noteAccess(
  db: DatabaseHandle,
  side: string,
  { selection }: CapturePlan,
  note: (text: string) => void,
): Promise<void> {
  const access = await readAccess(db).catch((error: unknown) => {
    if (error instanceof DatabaseError && error.sqlstate !== null) return null;
    throw error;
  });
  if (access === null) return;
  const isSelected = selection ? (await selectTables(db, selection)).has : null;
  for (const { id, message, remedy } of [
    ...closedToRole({ ...access, closedLargeObjects: 0 }, isSelected, 'error'),
    ...hiddenFromRole(access, isSelected, false),
  ])
    note(`Preflight of ${side}, ${id}: ${message}${remedy === null ? '' : ` ${remedy}`}`);
}
