import { resolveConnection } from '@pgdrill/core';
import { loadAuditChain } from '@pgdrill/sandbox';

/** For `createDrillDatabase`: the reference chain with so many rows. */
export function workloadOf(rows: number): (url: string) => Promise<void> {
  return async (url) => {
    await loadAuditChain({ connection: resolveConnection(url, {}), driver: 'pg', rows });
  };
}
