import type { Finding, ReportCheck } from '@pgdrill/core';
import { listFindings } from '../listed.ts';
import type { SecondLook } from '../second-look.ts';
import { singleLine } from '../single-line.ts';
import { wholeText } from '../units.ts';
import { labelled, sidesOf } from './before-and-after.ts';
import { displayWidth } from './display-width.ts';
import { label } from './label.ts';
import type { Page } from './page.ts';
import { SEVERITIES } from './paint.ts';
import { wrap } from './wrap.ts';

/** Every finding with both sides, the gravest of each check first. */
export function findings(page: Page, { checks }: SecondLook): readonly string[] {
  const found = checks.filter((check) => check.findings.length > 0);
  if (found.length === 0) return [];
  return ['', page.paint.strong('Findings'), ...found.flatMap((check) => ofCheck(page, check))];
}

function ofCheck(page: Page, check: ReportCheck): readonly string[] {
  const { shown, hidden } = listFindings(check, page.limit);
  const more = [...hidden].map(([code, count]) => `  … and ${wholeText(count)} more of ${label(code, 80)}`);
  return [...shown.flatMap((finding) => findingLines(page, finding)), ...more.map((line) => page.paint.faint(line))];
}

function findingLines(page: Page, { code, severity, subject, expected, actual, message }: Finding): readonly string[] {
  const { paint, width } = page;
  const { sign, tone } = SEVERITIES[severity];
  const values = expected === null && actual === null ? [] : labelled(page, sidesOf(expected, actual), 6);
  const start = `  ${sign} ${label(code, 80)}`;
  const about = singleLine(subject, 500);
  const fits = displayWidth(start) + 2 + displayWidth(about) <= width;
  return [
    paint[tone](start) + (fits ? `  ${paint.strong(about)}` : ''),
    ...(fits ? [] : wrap(about, width - 6).map((line) => `      ${paint.strong(line)}`)),
    ...wrap(singleLine(message, 2_000), width - 6).map((line) => `      ${line}`),
    ...values,
  ];
}
