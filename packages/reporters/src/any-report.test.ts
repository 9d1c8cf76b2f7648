import { describe, expect, test } from 'vitest';
import type { Report } from '@pgdrill/core';
import { randomReports } from './fixtures/random-report.ts';
import { builtinReporters, github, json, junit, text } from './mod.ts';

const seed = Number(process.env['PGDRILL_SEED'] ?? 20_261_123);
const next = randomReports(seed);
const reports = Array.from({ length: 200 }, () => next());

describe(`any report (PGDRILL_SEED=${seed})`, () => {
  test('has no control character and no lone surrogate in any format', () => {
    for (const report of reports) {
      for (const { render } of builtinReporters) expect(render(report, {})).not.toMatch(/[^\P{Cc}\n]|\p{Surrogate}/u);
    }
  });

  test('gives a CI runner no command but our own annotations', () => {
    for (const report of reports) {
      for (const reporter of builtinReporters.filter((of) => of !== github)) {
        expect(reporter.render(report, {})).not.toMatch(/^\s*::|##\w*\[/m);
      }
      for (const line of github.render(report, {}).trimEnd().split('\n')) {
        expect(line).toMatch(/^::(error|warning|notice) title=[^:,]*::/);
      }
    }
  });

  test('is the same from its JSON', () => {
    for (const report of reports) {
      const again = JSON.parse(json.render(report, {})) as Report;
      for (const { render } of builtinReporters) expect(render(again, {})).toBe(render(report, {}));
    }
  });

  test('is green in a terminal exactly when no testcase of its JUnit file failed', () => {
    const greens = reports.map((report) => {
      const terminal = text.render(report, {}).trimEnd().split('\n').at(-1)?.includes('✓ PASSED');
      const dashboard = !/<(failure|error) /.test(junit.render(report, {}));
      expect(terminal).toBe(dashboard);
      return terminal;
    });
    // Both kinds were among them.
    expect(new Set(greens).size).toBe(2);
  });

  test('has testcases, all under different names', () => {
    for (const report of reports) {
      const found = junit.render(report, {}).matchAll(/<testcase name="([^"]*)" classname="([^"]*)"/g);
      const ids = [...found].map(([, name, classname]) => `${classname} ${name}`);
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});
