import { describe, expect, test } from 'vitest';
import type { Json, Report, ReportCheck } from '@pgdrill/core';
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
import { text } from './text.ts';
import type { TextOptions } from './text.ts';
import { displayWidth } from './text/display-width.ts';

const lines = (report: Report, options: TextOptions = {}): readonly string[] =>
  text.render(report, options).trimEnd().split('\n');

const lastLine = (report: Report, options: TextOptions = {}): string => lines(report, options).at(-1) ?? '';

const withChecks = (...checks: readonly ReportCheck[]): Report => ({ ...passed, checks });

/** A report of one check with one subject. */
const ofValues = (before: Json, after: Json): Report =>
  withChecks(check('row-count', 's', { subjects: [subject('public.a', before, after)] }));

describe('text', () => {
  test('names in one line what there is none of on either side, unless it is all alone or was not judged', () => {
    const none = (name: string): ReturnType<typeof subject> => subject(name, 0, 0);
    const of = (...subjects: readonly ReturnType<typeof subject>[]): string =>
      lines(withChecks(check('schema', 's', { subjects }))).join('\n');
    const several = of(subject('tables', 2, 2), none('rules'), subject('views', 0, 1), none('casts'));
    expect(several).toMatch(/tables +2 +2\n.*views +0 +1\n +none before or after: rules, casts\n/);
    expect(of(subject('tables', 2, 2), none('rules'))).toMatch(/rules +0 +0/);
    expect(of({ ...none('rules'), unverified: 'no' }, none('casts'), none('views'))).toMatch(/rules +0 +0/);
  });

  test.each([
    ['passed', /^ ✓ PASSED {2}7 checks passed, tier full, exit status 0$/],
    ['failed', /^ ✗ FAILED {2}4 of 7 checks failed with 46 errors, 1 could not be judged, tier full, exit status 1$/],
    ['unverified', /^ \? UNVERIFIED {2}1 of 4 checks could not be judged, tier full, exit status 3$/],
    [
      'early-error',
      /^ \? UNVERIFIED {2}nothing is proven: the drill ended early in the phase restore, tier full, exit status 3$/,
    ],
    ['interrupted', /^ \? INTERRUPTED {2}nothing is proven, tier full, exit status 130$/],
  ])('%s ends with its verdict and what it rests on', (name, expected) => {
    expect(lastLine(samples[name] as Report)).toMatch(expected);
  });

  test('counts skipped checks and warnings in the last line of a pass', () => {
    const warned = check('row-count', 's', {
      subjects: [subject('public.a', 1)],
      findings: [{ ...finding('row-count/unlogged', 'public.a', null, null, 'm'), severity: 'warning' }],
    });
    const skipped = check('head-hash', 's', { verdict: 'skipped', reason: 'no chain' });
    const report = withChecks(warned, skipped);
    expect(lastLine(report)).toContain('1 check passed, 1 skipped, 1 warning');
    expect(text.render(report, {})).toContain('What 1 skipped check would have looked at was not tested.');
  });

  test.each(['unverified', 'early-error', 'interrupted', 'failed'])(
    '%s has no green in its last lines, a pass has',
    (name) => {
      const green = '\u001b[32m';
      expect(lastLine(samples[name] as Report, { color: true })).not.toContain(green);
      expect(lastLine(passed, { color: true })).toContain(green);
    },
  );

  test('tells what is accepted apart from findings, with the reason, and counts it in the last line', () => {
    const rendered = text.render(accepted, {});
    expect(rendered).not.toMatch(/^Findings$/m);
    expect(rendered).toMatch(
      /^Accepted\n {2}~ row-count\/differs {2}1 difference\n {6}accepted by the config until 2026-12-31/m,
    );
    expect(rendered).toMatch(
      /~ privileges\/owner-differs {2}41 differences\n {6}accepted by the drill's own options\n/,
    );
    expect(rendered).toContain('… and 29 more\n');
    expect(rendered).toMatch(/^ {4}~ public\.sessions +1,204,331 +1,204,330$/m);
    expect(rendered.replaceAll(/\s+/g, ' ')).toContain(
      '- The accepted difference row-count/missing (dropped in May) matched',
    );
    expect(lastLine(accepted)).toContain('✓ PASSED  4 checks passed, 42 accepted differences');
  });

  test('tells what is accepted no more as the finding that it is', () => {
    expect(text.render(lapsed, {})).toMatch(
      /^Findings\n {2}✗ row-count\/differs {2}public\.sessions\n(.*\n){2} {6}accepted until 2026-12-31 only, which is past/m,
    );
    expect(lastLine(lapsed)).toMatch(/✗ FAILED {2}1 of 4 checks failed with 1 error, 41 accepted differences/);
  });

  test('an unverified check is nowhere green', () => {
    const rendered = lines(unverified, { color: true });
    expect(rendered.filter((line) => line.includes('UNVERIFIED'))).toHaveLength(2);
    for (const line of rendered.filter((of) => of.includes('UNVERIFIED'))) expect(line).not.toContain('\u001b[32m');
  });

  test('a pass that its checks do not support is shown as unverified, with the reason', () => {
    const report = withChecks(check('row-count', 's'));
    expect(lastLine(report)).toContain('UNVERIFIED');
    expect(text.render(report, {})).toContain('contradicts itself');
  });

  test('writes no escape sequence without color, and the same words with it', () => {
    const colored = text.render(failed, { color: true });
    expect(text.render(failed, {})).not.toContain('\u001b');
    expect(colored).toContain('\u001b[');
    // oxlint-disable-next-line no-control-regex
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(text.render(failed, {}));
  });

  test('shows the values of the four first assertions on both sides', () => {
    const rendered = text.render(passed, {});
    expect(rendered).toMatch(/row-count[\s\S]*public\.audit_events +24 +24\n/);
    expect(rendered).toMatch(/verify-chain[\s\S]*both +first break — · breaks 0 · rows 24\n/);
    expect(rendered).toMatch(/head-hash[\s\S]*before {2}9c1185a5[0-9a-f]{56}\n +after {3}9c1185a5[0-9a-f]{56}\n/);
    expect(rendered).toMatch(/walked-count[\s\S]*public\.audit_events +24 +24\n/);
  });

  test('sets several facts that differ under each other, one line each', () => {
    const rendered = text.render(
      ofValues({ rows: 24, 'first break': null, x: 1 }, { rows: 23, 'first break': 'evt-1', x: 1 }),
      {},
    );
    expect(rendered).toMatch(/\n {8}rows +24 +23\n {8}first break +— +evt-1\n {8}x +1 +1\n/);
  });

  test('shows a key that only one side has, whatever its name', () => {
    const before = JSON.parse('{"constructor":1,"__proto__":2}') as Json;
    expect(text.render(ofValues(before, { toString: 3 }), {})).toMatch(
      /constructor +1 +—\n +__proto__ +2 +—\n +toString +— +3\n/,
    );
  });

  test('shows very long values from their first difference on', () => {
    const rendered = text.render(ofValues(`${'a'.repeat(5_000)}left`, `${'a'.repeat(5_000)}right`), {});
    expect(rendered).toMatch(/before {2}…a+left\n/);
    expect(rendered).toMatch(/after {3}…a+right\n/);
  });

  test('lists subjects with findings first and counts the rest', () => {
    const rendered = text.render(failed, { limit: 5 });
    expect(rendered).toContain('… and 438 more, 36 with findings or not judged');
    expect(rendered).toContain('… and 37 more of row-count/differs');
    expect(rendered).toContain('✗ verify-chain/link-mismatch');
  });

  test('tells a reason that several checks share once', () => {
    const rendered = text.render(earlyError, {});
    expect(rendered.match(/for the same reason/g)).toHaveLength(2);
    expect(rendered.match(/The drill ended in the phase restore:/g)).toHaveLength(1);
  });

  test.each([60, 80, 100, 140])('keeps to %d columns but for the last line', (width) => {
    for (const report of Object.values(samples).filter((of) => of !== hostile)) {
      const wide = lines(report, { width })
        .slice(0, -1)
        .filter((line) => displayWidth(line) > width);
      expect(wide.filter((line) => !/sha256|before|after|[0-9a-f]{64}/.test(line))).toEqual([]);
    }
  });

  test('prints nothing of a hostile report that a terminal or a CI runner obeys', () => {
    const rendered = text.render(hostile, {});
    expect(rendered).not.toMatch(/[^\P{Cc}\n]|\p{Surrogate}|[\u202a-\u202e]/u);
    expect(rendered).not.toMatch(/^\s*::|##\w*\[/m);
    expect(lastLine(hostile)).toMatch(/^ ✗ FAILED/);
  });

  test('breaks a long word nowhere before a command', () => {
    for (let length = 60; length < 110; length += 1) {
      const report = { ...passed, notes: [`${'x'.repeat(length)}::error::owned`] };
      expect(text.render(report, {})).not.toMatch(/^\s*::/m);
    }
  });
});
