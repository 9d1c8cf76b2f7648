import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { Report } from '@pgdrill/core';
import { check, failed, finding, hostile, HOSTILE, passed, samples, subject } from './fixtures/sample-reports.ts';
import { code, plain } from './github/markdown.ts';
import { githubSummary } from './github-summary.ts';

const render = (report: Report, maxBytes?: number): string =>
  githubSummary.render(report, maxBytes === undefined ? {} : { maxBytes });

const manyFindings = (count: number): Report => ({
  ...failed,
  checks: Array.from({ length: count }, (_, index) =>
    check(`check-${index}`, '日本語 🧨'.repeat(100), {
      verdict: 'failed',
      subjects: [subject('public.a', 1)],
      findings: [finding('a/b', 'public.a', 1, 0, '日本語 🧨'.repeat(100))],
    }),
  ),
});

describe('githubSummary', () => {
  test.each([
    ['passed', '## ✅ pgdrill: PASSED'],
    ['failed', '## ❌ pgdrill: FAILED'],
    ['unverified', '## ⚠️ pgdrill: UNVERIFIED'],
    ['early-error', '## ⚠️ pgdrill: UNVERIFIED'],
    ['interrupted', '## ⚠️ pgdrill: INTERRUPTED'],
  ])('%s begins with its verdict', (name, first) => {
    expect(render(samples[name] as Report).split('\n')[0]).toBe(first);
  });

  test('tells findings before checks, and checks that did not pass first', () => {
    const summary = render(failed);
    expect(summary.indexOf('### Findings')).toBeLessThan(summary.indexOf('### Checks'));
    const verdicts = [...summary.matchAll(/^\| \S+ \**(failed|unverified|passed)\** \|/gm)].map(
      ([, verdict]) => verdict,
    );
    expect(verdicts).toEqual(['failed', 'failed', 'failed', 'failed', 'unverified', 'passed', 'passed']);
  });

  test('shows both sides of every check', () => {
    expect(render(passed)).toContain(
      String.raw`| <code>public.audit\_events</code> | <code>24</code> | <code>24</code> |`,
    );
  });

  test.each([4_096, 4_097, 50_000, undefined])('stays under %s bytes, cut between lines, and says so', (maxBytes) => {
    const summary = render(manyFindings(2_000), maxBytes);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(maxBytes ?? 1_048_576);
    expect(summary).not.toContain('\ufffd');
    expect(summary).toMatch(/\n_Cut here, [\d,]+ lines before the end: the JSON report has the rest\._\n$/);
    expect(summary).toMatch(/^## ❌ pgdrill: FAILED\n/);
    for (const row of summary.split('\n').filter((line) => line.startsWith('|'))) expect(row).toMatch(/ \|$/);
  });

  test('is whole where it fits', () => {
    expect(render(passed)).not.toContain('Cut here');
    expect(render(passed)).toMatch(/### Notes\n\n- .*\n$/);
  });

  test('every row of a table has as many cells as its head, also in a hostile report', () => {
    for (const report of [...Object.values(samples), hostile]) {
      const tables = render(report)
        .split('\n\n')
        .filter((block) => block.startsWith('|'));
      expect(tables.length).toBeGreaterThan(1);
      for (const block of tables) {
        const cells = block
          .trim()
          .split('\n')
          .map((line) => line.match(/(?<!\\)\|/g)?.length);
        expect(new Set(cells).size).toBe(1);
      }
    }
  });

  test('holds no markup, HTML, link or mention of a hostile report', () => {
    const summary = render(hostile).replaceAll(/<\/?code>|<br>/g, '');
    expect(summary).not.toMatch(/[<]|(?<!\\)[`~$[\]]|:\/\/|www\.|@(?!&#8203;)|(?<=\w)#(?!&#8203;)/);
    expect(summary).not.toMatch(/[^\P{Cc}\n]|\p{Surrogate}/u);
  });
});

describe('plain and code', () => {
  test('leave words and numbers alone', () => {
    expect(plain('1 row of 24.5 is missing, 0 left')).toBe('1 row of 24.5 is missing, 0 left');
    expect(code('first break — · rows 24')).toBe('<code>first break — · rows 24</code>');
  });

  test('keep Markdown from reading a line as a list or a heading', () => {
    expect(['- a', '+ a', '1. a', '12) a', '# a', '=== a'].map((line) => plain(line))).toEqual([
      String.raw`\- a`,
      String.raw`\+ a`,
      String.raw`1\. a`,
      String.raw`12\) a`.replace('\\)', String.raw`\)`),
      '#&#8203; a',
      String.raw`\=== a`,
    ]);
  });

  test('escape every character that Markdown or HTML reads', () => {
    expect(plain(HOSTILE)).toContain(String.raw`\| \`code\` \*bold\* \_it\_ \[x\]\(https:\//evil.example\)`);
    expect(plain('a\\|b')).toBe(String.raw`a\\\|b`);
    expect(plain('&lt;b> @team')).toBe('&amp;lt;b&gt; @&#8203;team');
  });
});
