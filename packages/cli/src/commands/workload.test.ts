import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase();
});
afterAll(() => source.drop());

describe('pgdrill workload', () => {
  test('loads as many rows as asked for, and refuses a database that is not empty', async () => {
    const env = { TARGET: source.urlOf(await source.createEmpty()) };
    const load = (): Promise<Ended> =>
      runCli(['workload', '--database', '$TARGET', '--rows', '300'], { cwd: newFolder(), env });
    const loaded = await load();
    expect(loaded).toMatchObject({ code: 0, out: '' });
    expect(loaded.err).toMatch(/holds 300 rows of the reference chain, .* head hash is [0-9a-f]{64}/);
    const refused = await load();
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('needs an empty database');
  });
});
