import type { Json } from '@pgdrill/core';
import { singleLine } from '../single-line.ts';
import { NOTHING, valueText } from '../value-text.ts';

/**
 * Any text as one line of GitHub Flavored Markdown that shows just that text: no markup, no HTML, no end of a table cell, no link, and nobody
 * mentioned. (A zero width space after `@` and `#` is what stops GitHub from finding names and numbers there.)
 */
export function plain(text: string, limit: number = 1_000): string {
  return singleLine(text, limit)
    .replaceAll(/[\\`*_{}[\]()|~$!]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[@#]/g, '$&&#8203;')
    .replaceAll('://', String.raw`:\//`)
    .replaceAll(/www\./gi, (match) => `${match.slice(0, -1)}\\.`)
    .replace(/^([-+=]|\d+[.)](?=\s|$))/, (marker) => `${marker.slice(0, -1)}\\${marker.slice(-1)}`);
}

/** The same in the typeface of code. */
export function code(text: string, limit?: number): string {
  return `<code>${plain(text, limit)}</code>`;
}

/** A fact of the report as code. */
export function codeValue(value: Json, limit: number = 300): string {
  const text = valueText(value, limit);
  return text === NOTHING ? text : code(text, Number.POSITIVE_INFINITY);
}

/** A table, its cells Markdown already; the first row is its head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
