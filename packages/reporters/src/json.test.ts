import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readReport } from '@pgdrill/core';
import type { Report } from '@pgdrill/core';
import { HOSTILE, passed, samples } from './fixtures/sample-reports.ts';
import { json } from './json.ts';

/** Writes a report's JSON to a file and reads it as `pgdrill report` does: validated by the published schema. */
async function throughFile(rendered: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'pgdrill-json-'));
  try {
    writeFileSync(join(folder, 'report.json'), rendered);
    return await readReport(join(folder, 'report.json'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('json', () => {
  test.each(Object.keys(samples))('%s fits the published schema and is the report, unchanged', async (name) => {
    expect(await throughFile(json.render(samples[name] as Report, {}))).toEqual(samples[name]);
  });

  test('the schema refuses a report with an unknown verdict', async () => {
    const rendered = json.render(passed, {}).replace('"verdict": "passed"', '"verdict": "fine"');
    await expect(throughFile(rendered)).rejects.toThrow(/verdict/);
  });

  test('writes keys in one order, whatever order they come in; unknown ones last', () => {
    const entries = Object.entries(passed);
    const shuffled = Object.fromEntries([['later', { b: 1, a: 2 }], ...entries.toReversed()]) as unknown as Report;
    const known = json.render(passed, {});
    const [start, end] = [known.slice(0, -3), '\n}\n'];
    expect(json.render(shuffled, {})).toBe(`${start},\n  "later": {\n    "b": 1,\n    "a": 2\n  }${end}`);
  });

  test('keeps the order of facts that checks wrote', () => {
    const rendered = json.render({ ...passed, backup: null }, {});
    expect(rendered.indexOf('"first break"')).toBeLessThan(rendered.indexOf('"breaks"'));
  });

  test('keeps a key named __proto__ and pollutes nothing', () => {
    const report = JSON.parse(JSON.stringify(passed).replace('{', '{"__proto__":{"polluted":true},')) as Report;
    expect(json.render(report, {})).toContain('"__proto__": {\n    "polluted": true');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('means the same but prints nothing that a terminal or a CI runner obeys', () => {
    const rendered = json.render({ ...passed, notes: [HOSTILE, '\u009b2J ##[group]x \u202e'] }, {});
    expect((JSON.parse(rendered) as Report).notes).toEqual([HOSTILE, '\u009b2J ##[group]x \u202e']);
    expect(rendered).not.toMatch(/[^\P{Cc}\n]|\p{Surrogate}|\u202e|##\w*\[|^\s*::/mu);
  });
});
