import { hash } from 'node:crypto';
import type { AuditEvent } from './audit-event.ts';

/**
 * The hash of one event: what `audit_row_hash` computes in the database, here without it.
 *
 * @param details the event's details as jsonb gives them back
 */
export function rowHash(prevHash: string | null, event: AuditEvent, details: string | null): string {
  const { id, actor, actorType, action, resourceType, resourceId, timestamp } = event;
  return hash(
    'sha256',
    `${prevHash ?? ''}|${id}|${actor}|${actorType}|${action}|${resourceType ?? ''}|${resourceId ?? ''}|${details ?? ''}|${timestamp}`,
    'hex',
  );
}
