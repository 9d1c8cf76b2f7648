import { describe, expect, test } from 'vitest';
import type { Report, ReportCheck } from '@pgdrill/core';
import {
  accepted,
  check,
  earlyError,
  failed,
  finding,
  hostile,
  interrupted,
  lapsed,
  passed,
  samples,
  subject,
  unverified,
} from './fixtures/sample-reports.ts';
import { junit } from './junit.ts';

const render = (report: Report): string => junit.render(report, {});

const withChecks = (...checks: readonly ReportCheck[]): Report => ({
  ...passed,
  verdict: 'failed',
  exitCode: 1,
  checks,
});

/** The testcases of a file, each with its class name, name and what is in it. */
function testcases(xml: string): readonly { readonly id: string; readonly body: string }[] {
  const found = xml.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...found].map(([, name, classname, body = '']) => ({ id: `${classname} ${name}`, body }));
}

const bodyOf = (xml: string, id: string): string =>
  testcases(xml).find((of) => of.id === id)?.body ?? 'no such testcase';

describe('junit', () => {
  test('writes a suite per check, flat, and one for the drill', () => {
    const xml = render(passed);
    expect(
      [...xml.matchAll(/<testsuite package="pgdrill" id="(\d)" name="([^"]+)"/g)].map(
        ([, id, name]) => `${id} ${name}`,
      ),
    ).toEqual([
      '0 backup',
      '1 restore',
      '2 row-count',
      '3 timestamp-precision',
      '4 verify-chain',
      '5 head-hash',
      '6 walked-count',
      '7 drill',
    ]);
    expect(xml.match(/<testsuites/g)).toHaveLength(1);
    expect(xml).not.toMatch(/<(failure|error|skipped)/);
  });

  test('writes a testcase per subject and one for each other thing that a finding is about', () => {
    const ids = testcases(render(failed)).map(({ id }) => id);
    expect(ids).toContain('pgdrill.row-count public.audit_events');
    expect(ids).toContain('pgdrill.row-count public.invoices');
    expect(bodyOf(render(failed), 'pgdrill.row-count public.invoices')).toContain(
      '<failure message="public.invoices is missing',
    );
    expect(bodyOf(render(failed), 'pgdrill.row-count public.cache')).toBe('');
  });

  test('merges several findings on one subject into one failure, with the message as the first line of the body', () => {
    const body = bodyOf(render(failed), 'pgdrill.verify-chain public.audit_events');
    expect(body.match(/<failure/g)).toHaveLength(1);
    expect(body).toMatch(
      /<failure message="(The chain breaks first [^"]*\(and 1 more finding\))" type="verify-chain\/link-mismatch">\1\n/,
    );
    expect(body).toContain(
      'error: verify-chain/content-mismatch\nsubject: public.audit_events\nThe content of evt-0019',
    );
  });

  test('what is accepted fails no testcase, and is in the output of its suite with the reason', () => {
    const xml = render(accepted);
    expect(xml).not.toContain('<failure');
    expect(bodyOf(xml, 'pgdrill.row-count public.sessions')).toBe('');
    expect(xml).toMatch(
      /<system-out>[^<]*accepted error: row-count\/differs\n[^<]*\naccepted by the config until 2026-12-31 · rows older/,
    );
    expect(xml).toContain('<property name="pgdrill.accepted" value="42"/>');
    expect(xml).toContain('warning: The accepted difference row-count/missing (dropped in May) matched nothing');
  });

  test('what is accepted no more is a failure that says so', () => {
    expect(bodyOf(render(lapsed), 'pgdrill.row-count public.sessions')).toMatch(
      /^\s*<failure [^>]*type="row-count\/differs">[^<]*\naccepted until 2026-12-31 only, which is past · rows older/,
    );
  });

  test('unverified is an error, skipped is skipped with its reason', () => {
    expect(bodyOf(render(failed), 'pgdrill.walked-count public.audit_events')).toMatch(
      /<error message="permission denied[^"]*" type="walked-count\/unverified">permission denied/,
    );
    expect(bodyOf(render(unverified), 'pgdrill.timestamp-precision timestamp-precision')).toMatch(
      /<error message="Observing /,
    );
    expect(bodyOf(render(unverified), 'pgdrill.head-hash head-hash')).toMatch(
      /<skipped message="The config names no chain[^"]*" type="head-hash\/skipped">/,
    );
  });

  test.each([earlyError, interrupted])('a drill that ended early has an error of its own', (report) => {
    expect(bodyOf(render(report), 'pgdrill.drill ran to its end')).toContain(
      `type="drill/unverified">${report.error?.message}`,
    );
  });

  test.each<[string, Report]>([
    ['without checks', { ...passed, checks: [] }],
    ['with a check that passed and judged nothing', withChecks(check('row-count', 's'))],
    ['that failed without a failed check', withChecks(check('row-count', 's', { subjects: [subject('public.a', 1)] }))],
    ['with a failed check without a finding', withChecks(check('row-count', 's', { verdict: 'failed' }))],
    [
      'with an unverified check whose subjects are fine',
      withChecks(check('a', 's', { verdict: 'unverified', subjects: [subject('b', 1)] })),
    ],
    ['with skipped checks only', { ...passed, checks: [check('a', 's', { verdict: 'skipped', reason: 'r' })] }],
  ])('a report %s is never a file without a failure', (_, report) => {
    expect(render(report)).toMatch(/<(failure|error) /);
    expect(render(report)).toMatch(/<testcase/);
  });

  test('gives every testcase at most one outcome, always with message and type', () => {
    for (const report of Object.values(samples)) {
      for (const { body } of testcases(render(report)).filter((of) => of.body !== '')) {
        expect(body.match(/<(failure|error|skipped)\b/g)).toHaveLength(1);
        expect(body.trim()).toMatch(/^<(failure|error|skipped) message="[^"]+" type="[^"]+">/);
      }
    }
  });

  test('an error finding on a subject that could not be judged is one failure that tells both', () => {
    const both = check('row-count', 's', {
      verdict: 'failed',
      subjects: [{ ...subject('public.a', 1), unverified: 'half of it' }],
      findings: [finding('row-count/differs', 'public.a', 1, 0, 'one is missing')],
    });
    const body = bodyOf(render(withChecks(both)), 'pgdrill.row-count public.a');
    expect(body.match(/<(failure|error)\b/g)).toEqual(['<failure']);
    expect(body).toContain('could not be judged in all: half of it');
  });

  test('names are unique, harmless, short, and the same whatever was counted or timed', () => {
    const long = `public.${'日'.repeat(500)}`;
    const names = [
      'public.a<b',
      'public.a>b',
      'public.a_b',
      'public.a_b',
      ' public.a_b',
      '',
      long,
      `${long}!`,
      'x\u001b[31m',
      'x',
    ];
    const report = withChecks(
      check('row-count', 's', { subjects: names.map((name) => subject(name, 1)) }),
      check('row-count', 's', { subjects: [subject('x', 1)] }),
    );
    const ids = testcases(render(report)).map(({ id }) => id);
    // `public.a_b` twice is one subject.
    expect(ids).toHaveLength(names.length - 1 + 1 + 1);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).not.toMatch(/[<>&"]|^\s|\s$/);
      expect(new TextEncoder().encode(id).length).toBeLessThan(1_000);
    }
    const later = { ...report, finishedAt: '2027-01-01T00:00:00.000Z', seconds: 99 };
    expect(testcases(render(later)).map(({ id }) => id)).toEqual(ids);
  });

  test('caps a body at 8,000 characters and points to the JSON report', () => {
    const messages = Array.from({ length: 500 }, (_, index) =>
      finding('row-count/differs', 'public.a', 1, 0, `${index} ${'m'.repeat(300)}`),
    );
    const xml = render(
      withChecks(
        check('row-count', 's', { verdict: 'failed', subjects: [subject('public.a', 1)], findings: messages }),
      ),
    );
    const body = /<failure[^>]*>([\s\S]*?)<\/failure>/.exec(xml)?.[1] ?? '';
    expect(body).toHaveLength(8_000);
    expect(body).toMatch(/… cut here: the JSON report has the rest\.$/);
  });

  test('counts what is in the file', () => {
    const xml = render(failed);
    const total = Number(/<testsuites name="pgdrill" tests="(\d+)"/.exec(xml)?.[1]);
    expect(total).toBe(testcases(xml).length);
    expect(Number(/<testsuites [^>]*failures="(\d+)"/.exec(xml)?.[1])).toBe(xml.match(/<failure /g)?.length);
    expect(Number(/<testsuites [^>]*errors="(\d+)"/.exec(xml)?.[1])).toBe(xml.match(/<error /g)?.length);
    const suites = [...xml.matchAll(/<testsuite [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/g)];
    expect(suites.reduce((sum, [, tests]) => sum + Number(tests), 0)).toBe(total);
  });

  test('says when it was finished without zone or fraction', () => {
    expect(render(passed)).toContain('timestamp="2026-11-23T07:00:03" hostname="localhost"');
  });

  test('the strict profile has bare <testsuites>, the default one totals', () => {
    expect(junit.render(passed, { profile: 'strict' })).toContain('\n<testsuites>\n');
    expect(render(passed)).toContain('\n<testsuites name="pgdrill" tests="10" failures="0" errors="0" time="0.841">\n');
  });

  test('shows the values of testcases that passed in the output of their suite', () => {
    expect(render(passed)).toMatch(/<system-out>Every table holds[^<]*public\.audit_events: before 24, after 24/);
  });

  test('has nothing of a hostile report that XML forbids or a CI runner obeys', () => {
    const xml = render(hostile);
    expect(xml).not.toMatch(/[^\P{Cc}\n]|\p{Surrogate}|[\ufffe\uffff]|<script|^\s*::|##\w*\[/mu);
    expect(xml.match(/]]>/g)).toBeNull();
  });
});
