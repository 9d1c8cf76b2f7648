import type { Json } from '@pgdrill/core';
import { valueText } from '../value-text.ts';
import { displayWidth, padTo } from './display-width.ts';
import type { Page } from './page.ts';
import { hang } from './wrap.ts';

/** A fact on either side, as text. */
export interface Sides {
  readonly before: string;
  readonly after: string;
}

/** Values up to this width stand beside each other, longer ones one above the other. */
export const NARROW = 24;

const LIMIT = 1_000;

/** Both values as text, from near the first difference on where they are very long. */
export function sidesOf(before: Json, after: Json): Sides {
  const [left, right] = [valueText(before), valueText(after)];
  if (left.length <= LIMIT && right.length <= LIMIT) return { before: left, after: right };
  const start = Math.max(0, commonStart(left, right) - 40);
  const shown = (text: string): string => (start === 0 ? '' : '…') + excerpt(text, start);
  return { before: shown(left), after: shown(right) };
}

/** Do both fit beside each other? */
export function isNarrow({ before, after }: Sides): boolean {
  return displayWidth(before) <= NARROW && displayWidth(after) <= NARROW;
}

/** Both values under labels: on one line where they are short, else one above the other with the difference set off. */
export function labelled({ paint, width }: Page, sides: Sides, indent: number): readonly string[] {
  const margin = ' '.repeat(indent);
  if (isNarrow(sides)) return [`${margin}before  ${padTo(sides.before, NARROW)}  after  ${sides.after}`];
  const lines = [
    hang(`${margin}before  `, sides.before, width),
    hang(`${margin}after   `, sides.after, width),
  ] as const;
  const [before, after] = lines;
  if (before.length > 1 || after.length > 1 || sides.before === sides.after) return [...before, ...after];
  const start = commonStart(sides.before, sides.after);
  return [`${margin}before  ${setOff(sides.before, start)}`, `${margin}after   ${setOff(sides.after, start)}`];

  function setOff(text: string, from: number): string {
    return text.slice(0, from) + paint.strong(text.slice(from));
  }
}

/** How many UTF-16 code units two texts have in common at their start, never half of a surrogate pair. */
function commonStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left.charCodeAt(length) === right.charCodeAt(length)) length += 1;
  return /[\ud800-\udbff]/.test(left.charAt(length - 1)) ? length - 1 : length;
}

function excerpt(text: string, start: number): string {
  const part = text.slice(start, start + LIMIT).toWellFormed();
  const left = text.length - start - LIMIT;
  return left > 0 ? `${part}… (${left} more characters)` : part;
}
