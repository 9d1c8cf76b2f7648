import type { Report } from '@pgdrill/core';
import { harmlessLines } from '../harmless-lines.ts';
import { singleLine } from '../single-line.ts';
import { countText, wholeText } from '../units.ts';
import type { Page } from './page.ts';
import { hang } from './wrap.ts';

/** What the tools complained of on standard error; their other lines are only counted. */
export function toolOutput({ paint, width, limit }: Page, { log, events }: Report): readonly string[] {
  const complaints = log.filter(({ severity }) => severity !== 'info');
  if (complaints.length === 0) return [];
  const listed = [
    ...complaints.filter(({ severity }) => severity === 'error'),
    ...complaints.filter(({ severity }) => severity === 'warning'),
  ];
  const known = harmlessLines(events);
  const lines = listed.slice(0, limit).flatMap(({ tool, severity, text }) => {
    // Most tools begin their lines with their own name.
    const line = text.startsWith(`${tool}: `) ? text : `${tool}: ${text}`;
    const harmless = known.get(text);
    return [
      ...hang(`  ${severity === 'error' ? '✗' : '!'} `, singleLine(line, 1_000), width),
      ...(harmless === undefined ? [] : hang('      harmless: ', singleLine(harmless, 1_000), width)),
    ];
  });
  const more = listed.length > limit ? [paint.faint(`  … and ${wholeText(listed.length - limit)} more`)] : [];
  const count = `${wholeText(complaints.length)} of ${countText(log.length, 'line')} on standard error`;
  return ['', `${paint.strong('Tool output')}  ${paint.faint(count)}`, ...lines, ...more];
}
