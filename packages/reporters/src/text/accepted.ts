import type { ReportCheck } from '@pgdrill/core';
import { acceptedGroups } from '../accepted-groups.ts';
import type { AcceptedGroup } from '../accepted-groups.ts';
import type { SecondLook } from '../second-look.ts';
import { singleLine } from '../single-line.ts';
import { countText, wholeText } from '../units.ts';
import { label } from './label.ts';
import type { Page } from './page.ts';
import { FINDINGS } from './paint.ts';
import { hang } from './wrap.ts';

/** What differs and fails nothing: each code with the reason, and what it is about. */
export function acceptedDifferences(page: Page, { checks }: SecondLook): readonly string[] {
  const lines = checks
    .flatMap((check: ReportCheck) => acceptedGroups(check))
    .flatMap((group) => groupLines(page, group));
  return lines.length === 0 ? [] : ['', page.paint.strong('Accepted'), ...lines];
}

function groupLines({ paint, width, limit }: Page, { code, acceptance, findings }: AcceptedGroup): readonly string[] {
  const { sign, tone } = FINDINGS.accepted;
  const left = findings.length - limit;
  return [
    `${paint[tone](`  ${sign} `)}${paint.strong(label(code, 80))}  ${countText(findings.length, 'difference')}`,
    ...hang('      ', acceptance, width),
    ...findings.slice(0, limit).flatMap(({ message }) => hang('      - ', singleLine(message, 2_000), width)),
    ...(left > 0 ? [paint.faint(`      … and ${wholeText(left)} more`)] : []),
  ];
}
