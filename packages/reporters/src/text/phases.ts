import type { Report } from '@pgdrill/core';
import { largest } from '../largest.ts';
import { bytesText, durationText } from '../units.ts';
import { padTo } from './display-width.ts';
import type { Page } from './page.ts';

const BAR = 24;

/** One line per phase: its name, time, bytes, and a bar for the time. */
export function phases({ paint }: Page, report: Report): readonly string[] {
  if (report.phases.length === 0) return [];
  const longest = largest(report.phases.map(({ seconds }) => seconds));
  const together = ['capture-before', 'backup'].every((name) => report.phases.some((phase) => phase.name === name));
  const lines = report.phases.map(({ name, seconds, bytes }) => {
    const bar = '▇'.repeat(longest > 0 ? Math.round((seconds / longest) * BAR) : 0);
    const stopped = report.error?.phase === name ? paint.open('  ended here') : '';
    const size = bytes === undefined ? '' : bytesText(bytes);
    return `  ${padTo(name, 16)}${padTo(durationText(seconds), 12, 'right')}${padTo(size, 12, 'right')}  ${paint.faint(bar)}${stopped}`.trimEnd();
  });
  const note = together ? paint.faint('  capture-before and backup ran at the same time') : '';
  return ['', `${paint.strong('Phases')}${note}`, ...lines];
}
