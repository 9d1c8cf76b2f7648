import { bytesText, countText, durationText, wholeText } from '@pgdrill/reporters';
import type { Activity, Work } from './activity.ts';

/** Earlier than this, a rate says more of the start than of the work. */
const SOUND_RATE_MS = 1000;

/** One phase in one line: how far it is, how fast, and how long it will take, as far as each is known. */
export function activityText(activity: Activity, now: number): string {
  const works = [...activity.work.values()].map((work) => workText(work));
  return [`${activity.phase} ${durationText((now - activity.startedAt) / 1000)}`, ...works].join('  ');
}

function workText({ first, last, lastAt }: Work): string {
  const { label, done, total, unit, scanned } = last;
  const seconds = (lastAt - first.at) / 1000;
  const rate = seconds * 1000 >= SOUND_RATE_MS ? (done - first.done) / seconds : 0;
  const parts = [label];
  if (total === undefined) parts.push(amount(done, unit));
  else if (total > 0 || !scanned) parts.push(`${start(done, unit)} of ${amount(total, unit)}`);
  if (total !== undefined && total > 0) parts.push(`${Math.floor((100 * Math.min(done, total)) / total)} %`);
  if (rate > 0) parts.push(`${amount(Math.round(rate), unit)}/s`);
  if (rate > 0 && total !== undefined && total > done) parts.push(`${durationText((total - done) / rate)} left`);
  if (scanned) {
    parts.push(`table ${wholeText(scanned.tables)} of ${wholeText(scanned.ofTables)}`);
    parts.push(`${wholeText(scanned.chunks)} of about ${amount(scanned.ofChunks, 'chunks')}`);
  }
  return parts.join(' · ');
}

function amount(count: number, unit: Work['last']['unit'] | 'chunks'): string {
  return unit === 'bytes' ? bytesText(count) : countText(count, unit.slice(0, -1), unit);
}

/** The unit of whole numbers stands once, behind the total. */
function start(count: number, unit: Work['last']['unit']): string {
  return unit === 'bytes' ? bytesText(count) : wholeText(count);
}
