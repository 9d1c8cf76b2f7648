import { findSystemBinaries } from '../server/system-binaries.ts';
import { startServer } from '../server/throwaway-server.ts';
import { serverUrl } from './server-url.ts';

/**
 * vitest's global set-up: one throwaway server for the whole run, which each test makes databases of its own on.
 *
 * A server that is already named in PGDRILL_TEST_SERVER (a superuser's URL) is used as it is.
 */
export default async function startTestServer(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['PGDRILL_TEST_SERVER'] !== undefined) return undefined;
  const [binaries] = await findSystemBinaries();
  if (binaries === undefined) {
    throw new Error(
      'The tests need a PostgreSQL server: install the postgresql package, or name a superuser URL in PGDRILL_TEST_SERVER.',
    );
  }
  const server = await startServer({ binaries, listen: 'tcp', settings: { max_connections: '200' } });
  process.env['PGDRILL_TEST_SERVER'] = serverUrl(server.connection);
  return async () => {
    delete process.env['PGDRILL_TEST_SERVER'];
    await server.close();
  };
}
