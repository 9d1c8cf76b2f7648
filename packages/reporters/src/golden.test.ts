import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AnyReporter, Report } from '@pgdrill/core';
import { builtinReporters, github, githubSummary, json, junit, text } from './mod.ts';
import { samples } from './fixtures/sample-reports.ts';

const folder = new URL('../fixtures/golden/', import.meta.url);
const updating = process.env['PGDRILL_UPDATE_GOLDEN'] === '1';

/** Every reporter, with every set of options that changes what it writes. */
const renderings: Readonly<Record<string, readonly [AnyReporter, unknown]>> = {
  'text.txt': [text, {}],
  'text-color-80.txt': [text, { color: true, width: 80 }],
  'report.json': [json, {}],
  'junit.xml': [junit, {}],
  'junit-strict.xml': [junit, { profile: 'strict' }],
  'github.txt': [github, {}],
  'github-summary.md': [githubSummary, {}],
};

const cases = Object.entries(samples).flatMap(([sample, report]) =>
  Object.entries(renderings).map(([name, [reporter, options]]) => ({
    file: `${sample}.${name}`,
    report,
    reporter,
    options,
  })),
);

if (updating) mkdirSync(folder, { recursive: true });

describe('golden files', () => {
  test.each(cases)('$file is what the reporter renders', ({ file, report, reporter, options }) => {
    const rendered = reporter.render(report, options);
    if (updating) writeFileSync(new URL(file, folder), rendered);
    expect(rendered).toBe(readFileSync(new URL(file, folder), 'utf8'));
  });

  test.each(cases)('$file is the same from the JSON report as from the drill', ({ report, reporter, options }) => {
    const again = JSON.parse(json.render(report, {})) as Report;
    expect(reporter.render(again, options)).toBe(reporter.render(report, options));
  });

  test('there is none that no reporter makes', () => {
    expect(readdirSync(folder).toSorted()).toEqual(cases.map(({ file }) => file).toSorted());
  });
});

describe('builtinReporters', () => {
  test('lists every reporter once, in a fixed order', () => {
    expect(builtinReporters.map(({ name }) => name)).toEqual(['text', 'json', 'junit', 'github', 'github-summary']);
  });

  test.each(builtinReporters)('$name takes no options and ends with a line break', (reporter) => {
    expect(reporter.render(samples['passed'] as Report, {})).toMatch(/\S\n$/);
  });

  test.each(builtinReporters)(
    '$name renders a report of 5,000 tables, half of them damaged, without getting lost in it',
    (reporter) => {
      const report = manyTables(5_000);
      const begun = performance.now();
      reporter.render(report, {});
      expect(performance.now() - begun).toBeLessThan(20_000);
    },
  );
});

function manyTables(count: number): Report {
  const failed = samples['failed'] as Report;
  const names = Array.from({ length: count }, (_, index) => `tenant_${index}.orders`);
  const subjects = names.map((name, index) => ({ name, before: 1_000, after: index % 2 === 0 ? 1_000 : 999 }));
  const findings = names
    .filter((_, index) => index % 2 === 1)
    .map((name) => ({
      code: 'row-count/differs',
      severity: 'error' as const,
      subject: name,
      expected: 1_000,
      actual: 999,
      message: `${name} holds 999 rows, 1,000 before: 1 row is missing.`,
    }));
  const checks = failed.checks.map((of) => (of.name === 'row-count' ? { ...of, subjects, findings } : of));
  return { ...failed, checks };
}
