import type { ReportCheck } from '@pgdrill/core';
import { withoutEmpty } from '../empty-subjects.ts';
import { largest } from '../largest.ts';
import { listSubjects, moreText } from '../listed.ts';
import type { SecondLook } from '../second-look.ts';
import { singleLine } from '../single-line.ts';
import { tally } from '../tally.ts';
import { countText, wholeText } from '../units.ts';
import { displayWidth, padTo } from './display-width.ts';
import { label } from './label.ts';
import type { Page } from './page.ts';
import { VERDICTS } from './paint.ts';
import { NARROW } from './before-and-after.ts';
import { subjectLines } from './subject-lines.ts';
import type { Columns } from './subject-lines.ts';
import { namesOf, subjectRow, valuesOf } from './subject-row.ts';
import type { SubjectRow } from './subject-row.ts';
import { hang } from './wrap.ts';

const WORD = 12;

/** One line per check with its verdict, and under it what it looked at, with the fact on either side. */
export function checks(page: Page, look: SecondLook): readonly string[] {
  if (look.checks.length === 0) return [];
  const lists = look.checks.map((check) => {
    const { check: filled, empty } = withoutEmpty(check);
    const { shown, hidden, hiddenFlagged } = listSubjects(filled, page.limit);
    return {
      check,
      rows: shown.map((listed) => subjectRow(listed, check)),
      more: [
        ...(hidden > 0 ? [moreText(hidden, hiddenFlagged)] : []),
        ...(empty.length > 0 ? [`none before or after: ${empty.map((name) => singleLine(name, 100)).join(', ')}`] : []),
      ],
    };
  });
  const rows = lists.flatMap((list) => list.rows);
  const columns = columnsFor(page, rows);
  const names = largest(look.checks.map(({ name }) => displayWidth(label(name))));
  const seen = new Set<string>();
  return [
    '',
    page.paint.strong('Checks') + page.paint.faint(rows.some((row) => valuesOf(row).length > 0) ? headOf(columns) : ''),
    ...lists.flatMap(({ check, rows: own, more }) => [
      ...checkLines(page, check, names, seen),
      ...own.flatMap((row) => subjectLines(page, row, columns, check.name)),
      ...more.flatMap((text) => hang('      ', text, page.width)).map(page.paint.faint),
    ]),
  ];
}

/** @param seen reasons that were told already: a drill that ended early gives every check the same one */
function checkLines({ paint, width }: Page, check: ReportCheck, names: number, seen: Set<string>): readonly string[] {
  const { sign, word, tone } = VERDICTS[check.verdict];
  const status = `${sign} ${padTo(word, WORD)}`;
  const name = padTo(label(check.name), names);
  const start = `  ${status}${name}`;
  const [first = '', ...more] = hang(`${start}  `, remark(check, seen), width);
  return [`  ${paint[tone](status)}${paint.strong(name)}${first.slice(start.length)}`.trimEnd(), ...more];
}

function remark(check: ReportCheck, seen: Set<string>): string {
  if (check.reason !== undefined && (check.verdict === 'unverified' || check.verdict === 'skipped')) {
    if (seen.has(check.reason)) return 'for the same reason';
    seen.add(check.reason);
    return singleLine(check.reason);
  }
  const {
    findings: { error, warning, notice },
    accepted,
  } = tally([check]);
  const found = [
    error && countText(error, 'error'),
    warning && countText(warning, 'warning'),
    notice && countText(notice, 'notice'),
    accepted && `${wholeText(accepted)} accepted`,
  ];
  return [...found.filter((part) => part !== 0), singleLine(check.summary, 500)].join(' · ');
}

function columnsFor({ width }: Page, rows: readonly SubjectRow[]): Columns {
  const values = rows.flatMap(valuesOf);
  const widest = (side: 'before' | 'after'): number =>
    Math.max(8, largest(values.map((sides) => displayWidth(sides[side]))));
  const room = Math.max(20, width - 6 - 2 * (NARROW + 2));
  return {
    name: Math.min(room, largest(rows.flatMap(namesOf))),
    before: widest('before'),
    after: widest('after'),
  };
}

/** The titles of the two columns, to stand on the line that begins with `Checks`. */
function headOf(columns: Columns): string {
  return padTo('before', columns.name + 2 + columns.before, 'right') + padTo('after', columns.after + 2, 'right');
}
