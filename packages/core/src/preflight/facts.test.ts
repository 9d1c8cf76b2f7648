import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, testServerUrl, type TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { resolveConnection } from '../database/resolve-connection.ts';
import { openSnapshot } from '../database/snapshot.ts';
import { openWritable } from '../database/writable-connection.ts';
import { readAccess, type Access } from './access.ts';
import { readDiskFacts } from './disk-facts.ts';
import { readSourceFacts, type SourceFacts } from './source-facts.ts';
import { readTargetFacts, type TargetFacts } from './target-facts.ts';

const id = randomBytes(6).toString('hex');
const [owner, weak, reader, clerk, space] = [`owner_${id}`, `weak_${id}`, `reader_${id}`, `clerk_${id}`, `space_${id}`];
const roles = [owner, weak, reader, clerk];

const SCHEMA = `
  CREATE SCHEMA app AUTHORIZATION ${owner};
  CREATE TABLE app.open (a int); ALTER TABLE app.open OWNER TO ${owner}; GRANT SELECT ON app.open TO ${weak}, ${reader};
  CREATE TABLE app.closed (a serial); ALTER TABLE app.closed OWNER TO ${owner};
  CREATE TABLE app.guarded (a int); ALTER TABLE app.guarded OWNER TO ${owner}; GRANT SELECT ON app.guarded TO ${weak};
  ALTER TABLE app.guarded ENABLE ROW LEVEL SECURITY; CREATE POLICY above_one ON app.guarded TO ${clerk} USING (a > 1);
  GRANT USAGE ON SCHEMA app TO ${weak};
  CREATE SCHEMA shut; CREATE TABLE shut.t (a int); GRANT SELECT ON shut.t TO ${weak};
  CREATE TABLE public.elsewhere (a int) TABLESPACE ${space}; GRANT SELECT ON public.elsewhere TO ${weak};
  CREATE EXTENSION pg_trgm; SELECT lo_create(0)`;

const superuserName = (): string => new URL(testServerUrl()).username;

const superuser = async (...statements: readonly string[]): Promise<void> => {
  const db = await openWritable(resolveConnection(testServerUrl(), {}), 'pg');
  try {
    for (const statement of statements) await db.query(statement);
  } finally {
    await db.close();
  }
};

const connectionAs = (url: string, role?: string): string => {
  const own = new URL(url);
  if (role !== undefined) Object.assign(own, { username: role, password: 'for tests' });
  return own.href;
};

let database: TestDatabase;
beforeAll(async () => {
  await superuser(
    ...roles.map((role) => `CREATE ROLE ${role} LOGIN PASSWORD 'for tests'`),
    'SET allow_in_place_tablespaces = on',
    `CREATE TABLESPACE ${space} LOCATION ''`,
  );
  database = await createTestDatabase({ sql: SCHEMA });
});
afterAll(async () => {
  await database.drop();
  await superuser(`DROP TABLESPACE ${space}`, ...roles.map((role) => `DROP ROLE ${role}`));
});

const asked = async <T>(
  url: string,
  ask: (session: Awaited<ReturnType<typeof openSnapshot>>) => Promise<T>,
): Promise<T> => {
  const session = await openSnapshot({ connection: resolveConnection(url, {}), driver: 'pg' });
  try {
    return await ask(session);
  } finally {
    await session.close();
  }
};
const accessOf = (role?: string): Promise<Access> =>
  asked(connectionAs(database.url, role), ({ leader }) => readAccess(leader));
const sourceFacts = (): Promise<SourceFacts> =>
  asked(database.url, ({ leader, server }) => readSourceFacts(leader, server));
const targetFacts = (source: SourceFacts, role?: string): Promise<TargetFacts> =>
  asked(connectionAs(database.url, role), ({ leader, server }) => readTargetFacts(leader, server, source));

describe('readAccess', () => {
  test('finds nothing closed to a superuser, nor hidden from it', async () => {
    expect(await accessOf()).toEqual({
      role: superuserName(),
      closed: [],
      hidden: [],
      closedLargeObjects: 0,
      largeObjects: 1,
    });
  });

  test('names what a weak role may not read, and where row security hides rows from it', async () => {
    expect(await accessOf(weak)).toEqual({
      role: weak,
      closed: [
        { name: 'app.closed', schema: null },
        { name: 'app.closed_a_seq', schema: null },
        { name: 'shut.t', schema: 'shut' },
      ],
      hidden: ['app.guarded'],
      closedLargeObjects: 1,
      largeObjects: 1,
    });
  });

  test('knows that an owner sees all rows of its own, unless they are forced', async () => {
    expect((await accessOf(owner)).hidden).toEqual([]);
    await asForced(async () => expect((await accessOf(owner)).hidden).toEqual(['app.guarded']));
  });
});

const asForced = async (work: () => Promise<void>): Promise<void> => {
  const db = await openWritable(resolveConnection(database.url, {}), 'pg');
  try {
    await db.query('ALTER TABLE app.guarded FORCE ROW LEVEL SECURITY');
    await work();
    await db.query('ALTER TABLE app.guarded NO FORCE ROW LEVEL SECURITY');
  } finally {
    await db.close();
  }
};

describe('readSourceFacts', () => {
  test('names the roles, extensions, tablespaces and schemas that a restore would', async () => {
    const facts = await sourceFacts();
    expect(facts.roles).toHaveLength(5);
    expect(facts.roles).toEqual(
      expect.arrayContaining([
        { role: clerk, as: 'policy' },
        { role: owner, as: 'owner' },
        { role: superuserName(), as: 'owner' },
        { role: reader, as: 'grantee' },
        { role: weak, as: 'grantee' },
      ]),
    );
    expect(facts).toMatchObject({
      extensions: [{ name: 'pg_trgm' }],
      tablespaces: [space],
      inRecovery: false,
      staleCollations: [],
      tls: { version: null },
    });
    expect(facts.schemas.toSorted()).toEqual(['app', 'public', 'shut']);
    expect(facts.bytes).toBeGreaterThan(1e6);
  });
});

describe('readTargetFacts', () => {
  test('misses nothing where everything is', async () => {
    const source = await sourceFacts();
    const facts = await targetFacts(source);
    expect(facts).toMatchObject({
      isSuperuser: true,
      mayCreateDatabases: true,
      missingRoles: [],
      missingTablespaces: [],
      knowsLocale: true,
      extensions: [{ ...source.extensions[0], allowed: true }],
    });
    expect(facts.dataDirectory).toMatch(/^\//);
  });

  test('misses roles, tablespaces, extensions and a locale that are not there', async () => {
    const source = await sourceFacts();
    const facts = await targetFacts({
      ...source,
      roles: [...source.roles, { role: `none_${id}`, as: 'owner' }],
      tablespaces: [space, `none_${id}`],
      extensions: [...source.extensions, { name: 'no_such_extension', version: '1' }],
      locale: { ...source.locale, name: 'xx_XX.UTF-8' },
    });
    expect(facts).toMatchObject({
      missingRoles: [`none_${id}`],
      missingTablespaces: [`none_${id}`],
      knowsLocale: false,
      extensions: [{ name: 'pg_trgm' }],
    });
  });

  test('knows what a weak role may not do, and not see', async () => {
    const facts = await targetFacts(await sourceFacts(), weak);
    expect(facts).toMatchObject({
      role: weak,
      isSuperuser: false,
      mayCreateDatabases: false,
      mayCreateSchemas: false,
      dataDirectory: null,
      preloaded: null,
    });
  });
});

describe('readDiskFacts', () => {
  test('tells the room of a folder, and that of a server on this machine alone', async () => {
    const here = resolveConnection('host=127.0.0.1', {});
    const facts = await readDiskFacts('/', here, '/');
    expect(facts.directoryFree).toBeGreaterThan(0);
    expect(facts.targetFree).toBeGreaterThan(0);
    expect((await readDiskFacts('/', resolveConnection('host=db.example.com', {}), '/')).targetFree).toBeNull();
    expect((await readDiskFacts('/no/such/folder', here, null)).directoryFree).toBeNull();
  });
});
