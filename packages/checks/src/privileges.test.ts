import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, openSnapshot, openWritable, resolveConnection, runCapture } from '@pgdrill/core';
import type { CapturePlan, Manifest } from '@pgdrill/core';
import { testServerUrl } from '../../sandbox/src/testing/test-database.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { privileges } from './privileges.ts';

const random = randomBytes(4).toString('hex');
const [owner, reader, group] = [`owner_${random}`, `reader_${random}`, `group_${random}`];

async function onCluster(sql: string): Promise<void> {
  const db = await openWritable(resolveConnection(testServerUrl(), {}), 'pg');
  try {
    await db.script(sql);
  } finally {
    await db.close();
  }
}

let fixture: CatalogueFixture;
beforeAll(async () => {
  await onCluster(`CREATE ROLE ${group}; CREATE ROLE ${owner} LOGIN; CREATE ROLE ${reader} IN ROLE ${group}`);
  fixture = await catalogueFixture(
    privileges,
    `CREATE TABLE items (id serial, name text); ALTER TABLE items OWNER TO ${owner};
     GRANT SELECT, INSERT ON items TO ${reader}; GRANT UPDATE (name) ON items TO ${group} WITH GRANT OPTION;
     CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION one() FROM PUBLIC;
     CREATE FUNCTION sealed() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION sealed() FROM PUBLIC, CURRENT_USER;
     CREATE TYPE mood AS ENUM ('ok'); CREATE SCHEMA app AUTHORIZATION ${owner};
     GRANT USAGE ON SEQUENCE items_id_seq TO ${group};
     ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
     ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA app GRANT SELECT ON TABLES TO ${reader}`,
  );
});
afterAll(async () => {
  await fixture.drop();
  await onCluster(`DROP ROLE ${owner}, ${reader}, ${group}`);
});

describe('privileges', () => {
  it('passes on what pg_dump carried', async () => {
    expect(await fixture.afterDump()).toMatchObject({ verdict: 'passed', findings: [] });
  });

  it('tells all that --no-owner and --no-acl lose', async () => {
    const { findings } = await fixture.afterDump('--no-owner', '--no-acl');
    const found = findings.map(({ code, subject }) => `${code.replace('privileges/', '')} ${subject}`);
    expect(found.toSorted()).toEqual([
      'acl-differs function public.one()',
      'acl-differs function public.sealed()',
      'acl-differs sequence public.items_id_seq',
      'acl-differs table public.items',
      'acl-differs table public.items',
      `default-privileges-differ default privileges ${owner}.functions`,
      `default-privileges-differ default privileges ${owner}.tables(app)`,
      'owner-differs schema app',
      'owner-differs sequence public.items_id_seq',
      'owner-differs table public.items',
    ]);
    const said = findings.map(({ message }) => message).join('\n');
    expect(said).toContain(`table public.items what they might: ${reader} lost INSERT, SELECT.`);
    expect(said).toContain(`column name of table public.items what they might: ${group} lost UPDATE*.`);
    expect(said).toContain('function public.one() what they might: PUBLIC gained EXECUTE.');
  });

  it.each([
    ['ALTER TYPE mood OWNER TO CURRENT_USER; GRANT EXECUTE ON FUNCTION one() TO CURRENT_USER', []],
    // Nobody might: the list is empty, which is not the default.
    [
      'GRANT EXECUTE ON FUNCTION sealed() TO PUBLIC, CURRENT_USER',
      [['privileges/acl-differs', 'function public.sealed()']],
    ],
    [`ALTER TYPE mood OWNER TO ${owner}`, [['privileges/owner-differs', 'type public.mood']]],
    [`GRANT CREATE ON SCHEMA app TO ${reader}`, [['privileges/acl-differs', 'schema app']]],
    [`GRANT SELECT ON items TO ${reader} WITH GRANT OPTION`, [['privileges/acl-differs', 'table public.items']]],
    [`REVOKE UPDATE (name) ON items FROM ${group}`, [['privileges/acl-differs', 'table public.items']]],
    // Said by the check of its kind.
    ['DROP TABLE items; DROP FUNCTION one()', []],
  ])('%s', async (damage, expected) => {
    expect(await fixture.codesAfter(damage)).toEqual(expected);
  });

  it('tells roles that the cluster lacks, that are others, or that are members of others', async () => {
    const url = fixture.url;
    const before = await capture(url);
    const roles = `CREATE ROLE more_${random} IN ROLE ${group}; ALTER ROLE ${owner} NOLOGIN CREATEDB; GRANT ${group} TO ${owner}`;
    try {
      await onCluster(roles);
      const found = judged(before, await capture(url));
      expect(found.map(({ code, subject }) => [code, subject])).toEqual([
        ['privileges/membership-differs', `role ${group}`],
        ['privileges/role-differs', `role ${owner}`],
        ['privileges/membership-differs', `role ${owner}`],
      ]);
    } finally {
      await onCluster(`DROP ROLE more_${random}; ALTER ROLE ${owner} LOGIN NOCREATEDB; REVOKE ${group} FROM ${owner}`);
    }
    const other = JSON.parse(JSON.stringify(before).replaceAll(`"${reader}":{`, `"gone":{`)) as Manifest;
    expect(judged(before, other).map(({ code, subject }) => [code, subject])).toContainEqual([
      'privileges/role-missing',
      `role ${reader}`,
    ]);
    expect(judged(before, before)).toEqual([]);
    expect(JSON.stringify(before)).not.toMatch(/SCRAM|md5/);
  });

  it('sees the roles that the snapshot has, also those that were dropped since', async () => {
    const [team, member] = [`team_${random}`, `member_${random}`];
    await onCluster(`CREATE ROLE ${team}; CREATE ROLE ${member} IN ROLE ${team}`);
    const holder = await openSnapshot({ connection: resolveConnection(fixture.url, {}), driver: 'pg' });
    const rolesOf = async (): Promise<string> => {
      const { privileges: seen } = (await capture(fixture.url, holder.snapshotId ?? '')).checks;
      const roles = (seen?.observation as unknown as CatalogueObservation | undefined)?.kinds['role'];
      if (!roles || roles.error !== undefined) throw new Error(`no role was read: ${roles?.error}`);
      return JSON.stringify([roles.objects[team], roles.objects[member]]);
    };
    try {
      const before = await rolesOf();
      expect(before).toBe(`[{"facts":{"members":"${member}"}},{"facts":{"member of":"${team}"}}]`);
      await onCluster(`DROP ROLE ${member}, ${team}`);
      expect(await rolesOf()).toBe(before);
    } finally {
      await holder.close();
      await onCluster(`DROP ROLE IF EXISTS ${member}, ${team}`);
    }
  });
});

const plan: CapturePlan = {
  checks: [{ check: privileges, options: {} }],
  chains: [],
  reveal: 'keys',
  driver: 'pg',
  workers: 1,
  deadlineSeconds: 60,
};

function capture(url: string, snapshotId?: string): Promise<Manifest> {
  return runCapture(plan, resolveConnection(url, {}), () => undefined, new AbortController().signal, snapshotId);
}

function judged(before: Manifest, after: Manifest): ReturnType<typeof judge>[number]['findings'] {
  return judge(before, after, plan.checks).flatMap(({ findings }) => findings);
}
