import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runPgdrill } from './run-pgdrill.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/** The first cell of every table row. */
const rows = [...runbook.matchAll(/^\| *(.*?) *\|/gm)].map((match) => match[1] ?? '');

describe('docs/runbook.md', () => {
  test('says what to do on every exit status', () => {
    const statuses = [...runPgdrill('--help').matchAll(/^ {2}(\d+) +\S/gm)].map((match) => match[1] ?? '');
    expect(statuses).toContain('130');
    expect(rows).toEqual(expect.arrayContaining([...statuses, 'any other']));
  });

  test('says what to do on the findings of every check', () => {
    const checks = [...runPgdrill('checks').matchAll(/^([a-z][a-z-]*)$/gm)].map((match) => match[1] ?? '');
    expect(checks).toContain('row-count');
    expect(rows).toEqual(expect.arrayContaining(['backup', 'restore', ...checks].map((name) => `\`${name}/...\``)));
  });

  test('shows YAML that is YAML', () => {
    const blocks = [...runbook.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
    expect(blocks.map((block) => typeof parse(block, { strict: true }))).toEqual(['object', 'object', 'object']);
  });
});
