import { styleText } from 'node:util';
import { cutTo, singleLine } from '@pgdrill/reporters';
import { follow, type Activities } from './activity.ts';
import { activityText } from './activity-text.ts';
import { logText } from './log-text.ts';
import type { ProgressDisplay } from './progress-display.ts';

const EVERY_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** Progress for a terminal: one line that is written over and over. What tools say, and notes, stay above it. */
export function liveLine(stream: NodeJS.WriteStream): ProgressDisplay {
  let activities: Activities = [];
  let shown = false;
  const clear = (): void => {
    if (shown) stream.write(CLEAR_LINE);
    shown = false;
  };
  const draw = (): void => {
    if (activities.length === 0) return clear();
    const now = performance.now();
    const text = activities.map((activity) => activityText(activity, now)).join('  |  ');
    const line = cutTo(singleLine(text), Math.max(20, stream.columns - 1));
    stream.write(CLEAR_LINE + styleText('dim', line, { stream }));
    shown = true;
  };
  const above = (text: string): void => {
    clear();
    stream.write(`${text}\n`);
    draw();
  };
  const timer = setInterval(draw, EVERY_MS);
  timer.unref();
  return {
    listen: (event) => {
      activities = follow(activities, event, performance.now());
      if (event.type === 'log')
        above(styleText(colorOf(event.line.severity), singleLine(logText(event.line)), { stream }));
      if (event.type === 'note') above(singleLine(event.text));
    },
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}

function colorOf(severity: 'error' | 'warning' | 'info'): 'red' | 'yellow' | 'dim' {
  if (severity === 'error') return 'red';
  return severity === 'warning' ? 'yellow' : 'dim';
}
