import { bytesText, durationText } from '@pgdrill/reporters';
import type { ProgressDisplay } from './progress-display.ts';
import { follow, type Activities, type ShownEvent } from './activity.ts';
import { activityText } from './activity-text.ts';
import { logText } from './log-text.ts';

const EVERY_MS = 5000;

/** Progress for a log: a line when a phase begins and when it ends, and every five seconds in between, each with its time in UTC. */
export function plainLines(write: (line: string) => void): ProgressDisplay {
  let activities: Activities = [];
  const line = (text: string): void => write(`${new Date().toISOString().slice(11, 19)}Z ${text}`);
  const timer = setInterval(() => {
    for (const activity of activities) line(activityText(activity, performance.now()));
  }, EVERY_MS);
  timer.unref();
  return {
    listen: (event) => {
      activities = follow(activities, event, performance.now());
      const text = eventText(event);
      if (text !== null) line(text);
    },
    end: () => clearInterval(timer),
  };
}

function eventText(event: ShownEvent): string | null {
  switch (event.type) {
    case 'phase-start':
      return `${event.phase} begins`;
    case 'phase-end': {
      const bytes = event.bytes === undefined ? '' : `, ${bytesText(event.bytes)}`;
      return `${event.phase} ended after ${durationText(event.seconds)}${bytes}`;
    }
    case 'log':
      return logText(event.line);
    case 'note':
      return event.text;
    default:
      return null;
  }
}
