import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { quoteIdentifier } from '@pgdrill/core';

/** A database of one test's own. */
export interface TestDatabase {
  readonly name: string;
  /** Superuser URL, with the password. */
  readonly url: string;
  /** Ends every session in it and drops it. Safe to call twice. */
  drop(): Promise<void>;
}

/** How the database differs from the server's default (UTF8, C.UTF-8). */
export interface TestDatabaseOptions {
  readonly encoding?: string;
  /** For LC_COLLATE and LC_CTYPE. */
  readonly locale?: string;
  /** Run in the new database, as one simple-protocol message. */
  readonly sql?: string;
}

/** The superuser URL of the shared test server, to its database `postgres`. */
export function testServerUrl(): string {
  const url = process.env['PGDRILL_TEST_SERVER'];
  if (url === undefined)
    throw new Error(
      'PGDRILL_TEST_SERVER is not set: run the tests through vitest, whose global set-up starts a server.',
    );
  return url;
}

/** Makes a database with a random name on the shared test server. Drop it in `afterEach`, so that a failing test leaves nothing behind. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const { encoding = 'UTF8', locale } = options;
  const clauses = locale === undefined ? '' : ` LC_COLLATE '${locale}' LC_CTYPE '${locale}'`;
  await runOn(
    testServerUrl(),
    `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ENCODING '${encoding}'${clauses}`,
  );
  const url = new URL(testServerUrl());
  url.pathname = `/${name}`;
  const drop = (): Promise<void> =>
    runOn(testServerUrl(), `DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
  try {
    if (options.sql !== undefined) await runOn(url.href, options.sql);
  } catch (error) {
    await drop();
    throw error;
  }
  return { name, url: url.href, drop };
}

async function runOn(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
