import { randomBytes } from 'node:crypto';

/** What a database that pgdrill made carries as its comment, so that it is known as ours before it is dropped. */
export interface Marker {
  readonly tool: 'pgdrill';
  /** Random, of one drill. */
  readonly drill: string;
  /** RFC 3339, UTC. */
  readonly created: string;
}

/** Every scratch database is named so, followed by 16 random characters. */
export const scratchPrefix = 'pgdrill_scratch_';

/** The name and the marker of a new scratch database. */
export function newScratch(): { readonly name: string; readonly marker: Marker } {
  const drill = randomBytes(8).toString('hex');
  return { name: scratchPrefix + drill, marker: { tool: 'pgdrill', drill, created: new Date().toISOString() } };
}

/** Reads a database's comment; null when it is not one of ours. */
export function readMarker(comment: string | null): Marker | null {
  try {
    const value: unknown = JSON.parse(comment ?? 'null');
    if (typeof value !== 'object' || value === null) return null;
    const { tool, drill, created } = value as Readonly<Record<string, unknown>>;
    return tool === 'pgdrill' && typeof drill === 'string' && typeof created === 'string'
      ? { tool, drill, created }
      : null;
  } catch {
    return null;
  }
}
