import type { Report } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

let source: DrillDatabase;
let copy: string;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
  copy = `copy_of_${source.name}`;
  await source.sql(`CREATE DATABASE ${copy} TEMPLATE ${source.name}`, 'postgres');
});
afterAll(() => source.drop());

const run = (...args: readonly string[]): Promise<Ended> =>
  runCli(args, { cwd: newFolder(), env: { SOURCE: source.url, COPY: source.urlOf(copy) } });

describe('pgdrill compare', () => {
  test('passes two databases that are the same', async () => {
    const ended = await run('compare', '--source', '$SOURCE', '--target', '$COPY', '--reporter', 'json');
    expect(ended).toMatchObject({ code: 0, leftFiles: [], leftProcesses: [] });
    expect(JSON.parse(ended.out)).toMatchObject({ command: 'compare', verdict: 'passed' });
  });

  test('with --max-load, looks at the load of the server, and says that its role may not see all of it', async () => {
    const bounds = ['--max-load', 'sessions=50,lag=1h'];
    const ended = await run('compare', '--source', '$SOURCE', '--target', '$COPY', ...bounds, '--reporter', 'json');
    expect(ended).toMatchObject({ code: 0 });
    expect((JSON.parse(ended.out) as Report).notes).toContainEqual(
      expect.stringContaining('grant it pg_read_all_stats'),
    );
  });

  test('names the row and the column that differ', async () => {
    await source.sql('ALTER TABLE public.audit_events DISABLE TRIGGER USER', copy);
    await source.sql(
      `UPDATE public.audit_events SET action = 'forged' WHERE id = (SELECT min(id) FROM public.audit_events)`,
      copy,
    );
    const ended = await run('compare', '--source', '$SOURCE', '--target', '$COPY', '--reporter', 'json');
    expect(ended).toMatchObject({ code: 1 });
    const { checks } = JSON.parse(ended.out) as Report;
    const findings = checks.find(({ name }) => name === 'content')?.findings ?? [];
    expect(findings.map(({ code }) => code)).toContain('content/row-changed');
    expect(JSON.stringify(findings)).toContain('action');
    expect(JSON.stringify(findings)).not.toContain('forged');
  });

  test('refuses to compare with nothing', async () => {
    const ended = await run('compare', '--source', '$SOURCE');
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('No database to compare with is named');
  });
});
