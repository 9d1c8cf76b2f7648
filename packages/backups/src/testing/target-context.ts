import { openSnapshot, type ConnectionSettings, type TargetContext } from '@pgdrill/core';

/** What a drill hands to a target, and the notes that it wrote. */
export async function targetContext(
  source: ConnectionSettings,
  changes: Partial<TargetContext> = {},
): Promise<TargetContext & { readonly notes: readonly string[] }> {
  const signal = new AbortController().signal;
  const session = await openSnapshot({ connection: source, driver: 'pg', signal });
  await session.close();
  const notes: string[] = [];
  const { identity, server } = session;
  return {
    source: { connection: source, identity, encoding: server.encoding, collation: server.collation },
    driver: 'pg',
    keep: false,
    signal,
    note: (text) => void notes.push(text),
    notes,
    ...changes,
  };
}
