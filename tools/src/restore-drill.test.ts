import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../packages/sandbox/src/testing/test-database.ts';
import { readWorkflow, stepsOf } from './workflow-flaws.ts';

const root = join(import.meta.dirname, '../..');
const steps = stepsOf(readWorkflow(readFileSync(join(root, '.github/workflows/restore-drill.yml'), 'utf8')));

let folder: string;
let database: TestDatabase | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pgdrill-workflow-'));
  // What the step "Install pgdrill" brings.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'summary.md'), '');
});

afterEach(async () => {
  await database?.drop();
  rmSync(folder, { recursive: true });
});

/** Runs a step of the workflow by its name, as GitHub does, against a database of the test's own. */
const run = (name: string, { url }: TestDatabase): { readonly status: number | null; readonly out: string } => {
  const address = new URL(url);
  const { password } = address;
  address.password = '';
  const environment = {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    DRILL_URL: address.href,
    PGPASSWORD: decodeURIComponent(password),
  };
  const script = steps.find((step) => step.name === name)?.run ?? 'exit 99';
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script],
    {
      cwd: folder,
      env: { ...process.env, ...environment },
      encoding: 'utf8',
    },
  );
  return { status, out: `${stdout}${stderr}` };
};

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

describe('.github/workflows/restore-drill.yml', () => {
  test('seeds an empty database, drills it, and leaves the reports to upload', async () => {
    database = await createTestDatabase();
    expect(run('Seed', database)).toMatchObject({ status: 0 });
    const drill = run('Drill', database);
    expect(drill).toMatchObject({
      status: 0,
      out: expect.stringContaining('::notice title=pgdrill PASSED::') as string,
    });
    expect(read('summary.md')).toContain('pgdrill: PASSED');
    expect(JSON.parse(read('pgdrill-report/report.json'))).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(read('pgdrill-report/junit.xml')).toContain('<testsuite');
  });

  test('fails, with the same reports, where the backup cannot be restored', async () => {
    // The function finds no table, since a restore runs with an empty search_path.
    database = await createTestDatabase({
      sql: `CREATE TABLE known (id int); INSERT INTO known VALUES (1);
        CREATE FUNCTION is_known(int) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM known WHERE id = $1)';
        CREATE TABLE facts (id int CHECK (is_known(id))); INSERT INTO facts VALUES (1);`,
    });
    const drill = run('Drill', database);
    expect(drill).toMatchObject({ status: 1, out: expect.stringContaining('::error title=') as string });
    expect(read('summary.md')).toContain('pgdrill: FAILED');
    expect(JSON.parse(read('pgdrill-report/report.json'))).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(read('pgdrill-report/junit.xml')).toContain('<failure');
  });
});
