import type { Report } from '@pgdrill/core';
import { largest } from '../largest.ts';
import { bytesText, durationText } from '../units.ts';
import { padTo } from './display-width.ts';
import type { Page } from './page.ts';

/** The columns of a line before its bar. */
const START = 44;

const ENDED = '  ended here';

/** One line per phase: its name, time, bytes, and a bar for the time. */
export function phases({ paint, width }: Page, report: Report): readonly string[] {
  if (report.phases.length === 0) return [];
  const longest = largest(report.phases.map(({ seconds }) => seconds));
  const together = ['capture-before', 'backup'].every((name) => report.phases.some((phase) => phase.name === name));
  const room = Math.min(24, width - START - ENDED.length);
  const lines = report.phases.map(({ name, seconds, bytes }) => {
    const size = bytes === undefined ? '' : bytesText(bytes);
    const start = `  ${padTo(name, 16)}${padTo(durationText(seconds), 12, 'right')}${padTo(size, 12, 'right')}`;
    const bar = '▇'.repeat(longest > 0 ? Math.round((seconds / longest) * room) : 0);
    const ended = report.error?.phase === name ? paint.open(ENDED) : '';
    const end = (bar === '' ? '' : `  ${paint.faint(bar)}`) + ended;
    return end === '' ? start.trimEnd() : start + end;
  });
  const note = together ? paint.faint('  capture-before ran beside backup and, where it took longer, restore') : '';
  return ['', `${paint.strong('Phases')}${note}`, ...lines];
}
