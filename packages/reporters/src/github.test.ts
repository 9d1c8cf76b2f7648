import { describe, expect, test } from 'vitest';
import type { Report, Severity } from '@pgdrill/core';
import {
  accepted,
  check,
  earlyError,
  failed,
  finding,
  hostile,
  lapsed,
  passed,
  samples,
  subject,
  unverified,
} from './fixtures/sample-reports.ts';
import { github } from './github.ts';

const lines = (report: Report): readonly string[] => github.render(report, {}).trimEnd().split('\n');

const withFindings = (severity: Severity, count: number): Report => ({
  ...passed,
  ...(severity === 'error' ? ({ verdict: 'failed', exitCode: 1 } as const) : {}),
  checks: [
    check('row-count', 's', {
      verdict: severity === 'error' ? 'failed' : 'passed',
      subjects: [subject('public.a', 1)],
      findings: Array.from({ length: count }, (_, index) => ({
        ...finding('row-count/differs', `t${index}`, 1, 0, 'm'),
        severity,
      })),
    }),
  ],
});

describe('github', () => {
  test('says how the drill ended first: a notice when it passed, an error when it did not', () => {
    expect(lines(passed)).toEqual(['::notice title=pgdrill PASSED::7 checks passed, tier full, exit status 0']);
    expect(lines(failed)[0]).toMatch(/^::error title=pgdrill FAILED::4 of 7 checks failed/);
    expect(lines(earlyError).slice(0, 2)).toEqual([
      expect.stringMatching(/^::error title=pgdrill UNVERIFIED::nothing is proven/),
      expect.stringMatching(/^::error title=pgdrill UNVERIFIED::pg_restore is version 14\.9/),
    ]);
    expect(lines(earlyError)).toHaveLength(2);
  });

  test('tells what is accepted as a notice for each reason, what is accepted no more as an error, what is of no use as a warning', () => {
    expect(lines(accepted)).toEqual([
      expect.stringMatching(/^::warning title=An accepted difference matched nothing::.*row-count\/missing/),
      expect.stringMatching(/^::notice title=pgdrill PASSED::4 checks passed, 42 accepted differences/),
      expect.stringMatching(
        /^::notice title=accepted%3A 1 difference%2C row-count\/differs::accepted by the config until/,
      ),
      expect.stringMatching(/^::notice title=accepted%3A 41 differences%2C privileges.*%0A… and 36 more$/),
    ]);
    expect(lines(lapsed)).toContainEqual(
      expect.stringMatching(
        /^::error title=row-count\/differs in public\.sessions::.*%0Aaccepted until 2026-12-31 only/,
      ),
    );
  });

  test('tells what could not be judged as an error, what was skipped as a notice', () => {
    expect(lines(unverified)).toContainEqual(
      expect.stringMatching(/^::error title=timestamp-precision could not be judged::Observing/),
    );
    expect(lines(unverified)).toContainEqual(
      expect.stringMatching(/^::notice title=head-hash was skipped::The config/),
    );
  });

  test.each<[Severity, number, number, RegExp]>([
    // The end of the drill is the first of its kind.
    ['error', 8, 9, /row-count/],
    ['error', 9, 10, /^::error title=pgdrill::1 more error, see the summary$/],
    ['error', 5_000, 10, /^::error title=pgdrill::4,992 more errors, see the summary$/],
    ['warning', 9, 9, /row-count/],
    ['warning', 10, 10, /^::warning title=pgdrill::1 more warning, see the summary$/],
    ['notice', 8, 9, /row-count/],
    ['notice', 20, 10, /^::notice title=pgdrill::12 more notices, see the summary$/],
  ])('of %s findings, %d make %d annotations', (severity, count, expected, last) => {
    const written = lines(withFindings(severity, count)).filter((line) => line.startsWith(`::${severity} `));
    expect(written).toHaveLength(expected);
    expect(written.at(-1)).toMatch(last);
  });

  test('shows a finding of every check before the second of any', () => {
    const codes = lines(failed)
      .slice(1, 5)
      .map((line) => /title=([\w-]+)/.exec(line)?.[1]);
    expect(codes).toEqual(['row-count', 'timestamp-precision', 'verify-chain', 'head-hash']);
  });

  test('escapes data and properties, so that no value ends or starts a command', () => {
    const report: Report = {
      ...passed,
      verdict: 'failed',
      exitCode: 1,
      checks: [
        check('a', 's', {
          verdict: 'failed',
          subjects: [subject('b', 1)],
          findings: [finding('a/b', 'x,y:z%', 'one\ntwo', 1, '100 % :: of\r\n::error::it')],
        }),
      ],
    };
    expect(lines(report)[1]).toBe(
      '::error title=a/b in x%2Cy%3Az%25::100 %25 : : of : :error::it%0Abefore: one two%0Aafter: 1',
    );
  });

  test('writes nothing but its own annotations, whatever a report holds', () => {
    for (const line of [...Object.values(samples), hostile].flatMap(lines)) {
      expect(line).toMatch(/^::(error|warning|notice) title=[^:,]*::[^:]/);
      expect(line).not.toMatch(/\p{Cc}|\p{Surrogate}/u);
    }
  });
});
