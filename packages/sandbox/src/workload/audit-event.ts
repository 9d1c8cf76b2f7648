import { certificateEvents } from './certificate-events.ts';
import type { Document } from './jsonb-text.ts';
import { seededRandom, type Random } from './random.ts';

/** What happened, before it has an id and a place in the chain. */
export interface Happening {
  readonly actor: string;
  readonly actorType: 'user' | 'service' | 'system';
  readonly action: string;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
  readonly details: Document | undefined;
}

/** One event of the reference chain, not yet sealed. */
export interface AuditEvent extends Happening {
  /** Milliseconds and a counter, as Redis streams number their entries: ids sort as the events happened. */
  readonly id: string;
  /** RFC 3339 in UTC with six digits, as the chain hashes it. */
  readonly timestamp: string;
}

/** Monday, 3 March 2025, 08:00 UTC. Never the present time: two loads are equal. */
const firstMicrosecond = Date.UTC(2025, 2, 3, 8) * 1000;
/** Ten million events span about five months. */
const longestStep = 2_600_000;

/** Events without end, the same for the same seed: certificates that are issued, renewed and revoked by people and services who log in and out. */
export function* auditEvents(seed: number): Generator<AuditEvent, never, undefined> {
  const random = seededRandom(seed);
  const happenings = certificateEvents(random);
  let microseconds = firstMicrosecond;
  for (let position = 0; ; position += 1) {
    microseconds = nextTime(microseconds, position, random);
    yield { ...happenings.next().value, id: idOf(microseconds, position), timestamp: rfc3339(microseconds) };
  }
}

/**
 * One event in eight has the very time of the one before it, as rows of one transaction have; one in sixteen is on a whole millisecond, and one in
 * sixteen on a whole second, so that the text of a timestamp has every length.
 */
function nextTime(microseconds: number, position: number, random: Random): number {
  if (position % 8 === 5) return microseconds;
  const later = microseconds + 1 + random.below(longestStep);
  if (position % 16 === 7) return Math.ceil(later / 1_000) * 1_000;
  if (position % 16 === 15) return Math.ceil(later / 1_000_000) * 1_000_000;
  return later % 1_000 === 0 ? later + 1 : later;
}

function rfc3339(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1_000);
  const rest = String(microseconds % 1_000).padStart(3, '0');
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${rest}Z`;
}

function idOf(microseconds: number, position: number): string {
  return `${Math.floor(microseconds / 1_000)}-${String(position).padStart(12, '0')}`;
}
