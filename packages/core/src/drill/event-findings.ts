import type { Finding } from '../finding.ts';
import type { LogClass } from '../log-event.ts';
import type { ReportEvent } from '../report.ts';

const codes: Readonly<Record<Exclude<LogClass, 'harmless'>, string>> = {
  lost: 'lost',
  unknown: 'unknown-message',
  lied: 'exit-code-lied',
};

/** What the lines of the tools prove: a finding for each loss, for each message that nobody knows, and for an exit status that lied. */
export function eventFindings(events: readonly ReportEvent[]): readonly Finding[] {
  return events.flatMap((event) => {
    const code = codeOf(event);
    if (code === null) return [];
    const { object, phase } = event;
    return [
      { code, severity: 'error', subject: object ?? phase, expected: null, actual: null, message: messageFor(event) },
    ];
  });
}

/** Such as `restore/lost`; null for what is harmless. */
export function codeOf({ class: meaning, phase }: ReportEvent): string | null {
  return meaning === 'harmless' ? null : `${phase}/${codes[meaning]}`;
}

/** How a tool begins its lines: its name, and the script that it was at, in a folder of the drill's own. */
const beginning = /^[a-z_]+:(?:.*?:\d+:)? (?:(?:error|warning): )?/;

/** Why, with the tool's own words. */
export function explanationOf({ why, tool, text, times }: ReportEvent): string {
  const often = times === 1 ? '' : ` (${times} times)`;
  return `${why} ${tool} said${often}: ${text.replace(beginning, '')}`;
}

function messageFor(event: ReportEvent): string {
  const { class: meaning, object, what } = event;
  if (meaning === 'lied') return `${what} ${event.why}`;
  return `${object ?? 'Something that the tool does not name'}: ${what}. ${explanationOf(event)}`;
}
