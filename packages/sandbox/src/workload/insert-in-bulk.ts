import type { WritableConnection } from '@pgdrill/core';
import type { AuditEvent } from './audit-event.ts';
import { jsonbText } from './jsonb-text.ts';
import { rowHash } from './seal.ts';

const batchRows = 2_000;

/**
 * Of all ways to send rows through both drivers, this takes the least work on our side: arrays of plain values, and one JSON document.
 *
 * The hashes come as one array with the previous batch's last one in front: each row's `prev_hash` is the item before its own.
 */
const insert = `
  INSERT INTO public.audit_events
    (id, actor, actor_type, action, resource_type, resource_id, details, "timestamp", prev_hash, row_hash)
  SELECT id, actor, actor_type, action, resource_type, resource_id, nullif(details, 'null'), "timestamp", prev_hash, row_hash
  FROM ROWS FROM (unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),
    jsonb_array_elements($7::jsonb), unnest($8::timestamptz[]),
    unnest(($9::text[])[:array_length($9::text[], 1) - 1]), unnest(($9::text[])[2:]))
    AS batch (id, actor, actor_type, action, resource_type, resource_id, details, "timestamp", prev_hash, row_hash)`;

/**
 * Inserts events that are sealed here, to the hashes that the trigger would have given them. Returns the last row's hash.
 *
 * Through the trigger, every row of a transaction leaves a dead version of the sentinel behind that the next one has to step over: the time grows with
 * the square of the number of rows.
 */
export async function insertInBulk(
  connection: WritableConnection,
  events: Iterator<AuditEvent, never>,
  rows: number,
  progress: (rows: number) => void,
  signal?: AbortSignal,
): Promise<string | null> {
  await connection.script('ALTER TABLE public.audit_events DISABLE TRIGGER audit_events_seal');
  let headHash: string | null = null;
  // One batch is made while the server stores the one before it.
  let storing: Promise<unknown> = Promise.resolve();
  for (let done = 0; done < rows;) {
    signal?.throwIfAborted();
    const size = Math.min(batchRows, rows - done);
    const batch = nextBatch(events, size, headHash);
    headHash = batch.headHash;
    await storing;
    progress(done);
    storing = connection.query(insert, batch.values);
    // Awaited in the next round; broken off before that, nobody will ask for its end.
    storing.catch(() => undefined);
    done += size;
  }
  await storing;
  progress(rows);
  await connection.query('UPDATE public.audit_chain_head SET head_hash = $1', [headHash]);
  await connection.script('ALTER TABLE public.audit_events ENABLE TRIGGER audit_events_seal');
  return headHash;
}

interface Batch {
  readonly values: readonly string[];
  readonly headHash: string | null;
}

function nextBatch(events: Iterator<AuditEvent, never>, size: number, before: string | null): Batch {
  const batch = Array.from({ length: size }, () => events.next().value);
  const details = batch.map((event) => (event.details === undefined ? null : jsonbText(event.details)));
  const hashes = [before];
  let headHash = before;
  for (const [index, event] of batch.entries()) {
    headHash = rowHash(headHash, event, details[index] ?? null);
    hashes.push(headHash);
  }
  return {
    headHash,
    values: [
      plainArray(batch.map((event) => event.id)),
      plainArray(batch.map((event) => event.actor)),
      plainArray(batch.map((event) => event.actorType)),
      plainArray(batch.map((event) => event.action)),
      plainArray(batch.map((event) => event.resourceType)),
      plainArray(batch.map((event) => event.resourceId)),
      `[${details.map((text) => text ?? 'null').join(',')}]`,
      plainArray(batch.map((event) => event.timestamp)),
      plainArray(hashes),
    ],
  };
}

/** An array literal of values that need no quotes: the workload has no comma, brace, quote, backslash or space in them. */
function plainArray(items: readonly (string | null)[]): string {
  return `{${items.map((item) => item ?? 'NULL').join(',')}}`;
}
