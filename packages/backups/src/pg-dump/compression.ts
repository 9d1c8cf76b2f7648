import { UsageError } from '@pgdrill/core';
import type { ClientTool } from '../client/find-clients.ts';

/**
 * `--compress` as this client understands it: `METHOD[:DETAIL]` from version 16 on, a gzip level before.
 *
 * @param compress null for the client's own default
 * @throws UsageError for a method that the client does not know
 */
export function compressArguments(compress: string | null, client: ClientTool): readonly string[] {
  if (compress === null) return [];
  if (client.major >= 16) return [`--compress=${compress}`];
  const level =
    compress === 'none' ? '0' : compress === 'gzip' ? '6' : /^(?:gzip:(?:level=)?)?(\d)$/.exec(compress)?.[1];
  if (level !== undefined) return [`--compress=${level}`];
  throw new UsageError(
    `compress: ${compress} needs pg_dump 16 or newer, and the one that fits is ${client.version} at ${client.path}: use a gzip level from 0 to 9.`,
  );
}
