import { describe, expect, test } from 'vitest';
import { newFolder } from '../testing/folder.ts';
import { runCli } from '../testing/run-cli.ts';

describe('pgdrill checks', () => {
  test('lists each check with what it costs, those of the config too', async () => {
    const check = `export default { name: 'mine', summary: 'My own', cost: 'one query', observe: async () => null, judge: () => [] };`;
    const config = '{ "checks": { "./mine.mjs": true, "content": false } }';
    const cwd = newFolder({ 'mine.mjs': check, 'pgdrill.config.json': config });
    const { code, out } = await runCli(['checks'], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^row-count\n {4}\S.*\n {4}cost: \S/m);
    expect(out).toContain('mine (from the config)\n    My own\n    cost: one query');
    expect(out).toContain('content (switched off by the config)');
  });
});
