/** What `firing` says of a trigger or rule that is disabled. */
export const NEVER = 'never';

/**
 * SQL for when a trigger or rule fires; null in the ordinary case, in every session but a replication worker's.
 *
 * Source: PostgreSQL manual, ALTER TABLE, ENABLE TRIGGER, and `session_replication_role`.
 *
 * @param enabled such as `t.tgenabled`
 */
export function firing(enabled: string): string {
  return `CASE ${enabled} WHEN 'D' THEN '${NEVER}' WHEN 'A' THEN 'always' WHEN 'R' THEN 'in replication only' END`;
}
