import type { ReportCheck, ReportFinding } from '@pgdrill/core';
import { acceptanceText } from '../acceptance-text.ts';
import { causeText } from '../cause-text.ts';
import { listFindings } from '../listed.ts';
import type { SecondLook } from '../second-look.ts';
import { singleLine } from '../single-line.ts';
import { wholeText } from '../units.ts';
import { labelled, sidesOf } from './before-and-after.ts';
import { displayWidth } from './display-width.ts';
import { label } from './label.ts';
import type { Page } from './page.ts';
import { FINDINGS } from './paint.ts';
import { hang, wrap } from './wrap.ts';

/** Every finding that is not accepted, with both sides, the gravest of each check first. */
export function findings(page: Page, { checks }: SecondLook): readonly string[] {
  const lines = checks.flatMap((check) => ofCheck(page, check));
  return lines.length === 0 ? [] : ['', page.paint.strong('Findings'), ...lines];
}

function ofCheck(page: Page, check: ReportCheck): readonly string[] {
  const { shown, hidden } = listFindings(check, page.limit);
  const more = [...hidden].map(([code, count]) => `  … and ${wholeText(count)} more of ${label(code, 80)}`);
  return [...shown.flatMap((finding) => findingLines(page, finding)), ...more.map((line) => page.paint.faint(line))];
}

function findingLines(page: Page, finding: ReportFinding): readonly string[] {
  const { code, severity, subject, expected, actual, message, cause } = finding;
  const { paint, width } = page;
  const { sign, tone } = FINDINGS[severity];
  const acceptance = acceptanceText(finding);
  const values = expected === null && actual === null ? [] : labelled(page, sidesOf(expected, actual), 6);
  const start = `  ${sign} ${label(code, 80)}`;
  const about = singleLine(subject, 500);
  const fits = displayWidth(start) + 2 + displayWidth(about) <= width;
  return [
    paint[tone](start) + (fits ? `  ${paint.strong(about)}` : ''),
    ...(fits ? [] : wrap(about, width - 6).map((line) => `      ${paint.strong(line)}`)),
    ...wrap(singleLine(message, 2_000), width - 6).map((line) => `      ${line}`),
    ...(cause === undefined ? [] : hang('      because ', causeText(cause), width)),
    ...values,
    ...(acceptance === undefined ? [] : hang('      ', acceptance, width).map((line) => paint.strong(line))),
  ];
}
