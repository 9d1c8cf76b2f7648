import { NOTHING } from '../value-text.ts';
import { isNarrow, labelled } from './before-and-after.ts';
import type { Sides } from './before-and-after.ts';
import { displayWidth, padTo } from './display-width.ts';
import type { Page } from './page.ts';
import type { Fact, SubjectRow } from './subject-row.ts';
import { hang } from './wrap.ts';

/** Widths that all rows of a page share. */
export interface Columns {
  readonly name: number;
  readonly before: number;
  readonly after: number;
}

/** The lines of one subject: on one line with both values where they are short. */
export function subjectLines(page: Page, row: SubjectRow, columns: Columns, checkName: string): readonly string[] {
  const { paint, width } = page;
  const { name, sides, facts, open, mark } = row;
  const tone = mark ? paint[mark.tone] : (text: string) => text;
  const label = `    ${mark?.sign ?? ' '} ${padTo(name, columns.name)}`;
  const why = open === undefined ? [] : hang('        could not be judged: ', open, width);
  // A step such as the backup is its own only subject, and was not there before.
  if (name === checkName && sides.before === NOTHING) {
    return [...(sides.after === NOTHING ? [] : hang('      ', sides.after, width)), ...why];
  }
  if (isNarrow(sides)) return [...narrowLines(page, label, sides, columns, tone), ...why];
  const title = hang(label.slice(0, 6), name, width).map(tone);
  if (facts.length > 0) return [...title, ...facts.flatMap((fact) => factLines(page, fact, columns, tone)), ...why];
  if (sides.before === sides.after && sides.before.includes(' · ')) {
    return [...title, ...hang('        both    ', sides.before, width), ...why];
  }
  return [...title, ...labelled(page, sides, 8), ...why];
}

function factLines(
  page: Page,
  { name, sides }: Fact,
  columns: Columns,
  tone: (text: string) => string,
): readonly string[] {
  const differs = sides.before !== sides.after;
  if (!isNarrow(sides)) return [`        ${name}`, ...labelled(page, sides, 10)];
  return narrowLines(
    page,
    `        ${padTo(name, columns.name - 2)}`,
    sides,
    columns,
    differs ? tone : page.paint.faint,
  );
}

function narrowLines(
  { width }: Page,
  label: string,
  sides: Sides,
  columns: Columns,
  tone: (text: string) => string,
): readonly string[] {
  const values = `${padTo(sides.before, columns.before, 'right')}  ${padTo(sides.after, columns.after, 'right')}`;
  if (displayWidth(label) <= 6 + columns.name) return [tone(`${label}  ${values}`)];
  const indent = label.length - label.slice(6).trimStart().length;
  const lines = hang(label.slice(0, indent), label.slice(indent), width);
  return [...lines.map(tone), tone(`${' '.repeat(6 + columns.name)}  ${values}`)];
}
