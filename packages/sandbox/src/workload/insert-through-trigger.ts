import type { WritableConnection } from '@pgdrill/core';
import type { AuditEvent } from './audit-event.ts';
import { writtenText } from './jsonb-text.ts';

const insert = `
  INSERT INTO public.audit_events (id, actor, actor_type, action, resource_type, resource_id, details, "timestamp")
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING row_hash`;

/** Inserts events as an application does, one by one, and lets the database's trigger seal them. Returns the last row's hash. */
export async function insertThroughTrigger(
  connection: WritableConnection,
  events: Iterator<AuditEvent, never>,
  rows: number,
  progress: (rows: number) => void,
  signal?: AbortSignal,
): Promise<string | null> {
  let headHash: string | null = null;
  for (let done = 0; done < rows; done += 1) {
    signal?.throwIfAborted();
    const { value: event } = events.next();
    const [sealed] = await connection.query(insert, [
      event.id,
      event.actor,
      event.actorType,
      event.action,
      event.resourceType,
      event.resourceId,
      event.details === undefined ? null : writtenText(event.details),
      event.timestamp,
    ]);
    headHash = sealed?.['row_hash'] ?? null;
    progress(done + 1);
  }
  return headHash;
}
