import type { Finding, FindingCause } from '../finding.ts';
import type { ObjectPart } from '../log-event.ts';
import type { ReportCheck, ReportEvent } from '../report.ts';
import { codeOf, explanationOf } from './event-findings.ts';

/** Checks that look at no row: that a table came back empty explains nothing of what they find. */
const structural: readonly string[] = [
  'schema',
  'constraints',
  'indexes',
  'triggers',
  'privileges',
  'row-security',
  'settings',
  'extensions',
  'append-only',
];

/** Which checks can have seen that a part of an object was lost; null: all of them. */
const seenBy: Readonly<Record<Exclude<ObjectPart, 'rows'>, readonly string[] | null>> = {
  whole: null,
  owner: ['privileges', 'append-only', 'large-objects'],
  privileges: ['privileges', 'append-only', 'large-objects'],
  comment: ['schema', 'constraints', 'indexes', 'triggers', 'row-security', 'extensions', 'large-objects', 'settings'],
  'security-label': ['schema'],
  place: ['settings', 'schema', 'indexes'],
  position: ['sequences'],
};

/**
 * Ties what the checks found to what the tools said: a finding about an object that a message names gets that message as its cause. Of several, the
 * first, since the later ones mostly follow from it.
 */
export function tieCauses(checks: readonly ReportCheck[], events: readonly ReportEvent[]): readonly ReportCheck[] {
  const losses = events.filter((event) => codeOf(event) !== null && event.names.length > 0);
  if (losses.length === 0) return checks;
  return checks.map((check) => ({ ...check, findings: check.findings.map((finding) => tied(finding, check, losses)) }));
}

function tied(finding: Finding, { name }: ReportCheck, losses: readonly ReportEvent[]): Finding {
  const event = losses.find(
    ({ part, names }) => canHaveSeen(name, part) && names.some((object) => isAbout(finding.subject, object)),
  );
  return event === undefined ? finding : { ...finding, cause: causeOf(event) };
}

function canHaveSeen(check: string, part: ObjectPart): boolean {
  return part === 'rows' ? !structural.includes(check) : (seenBy[part]?.includes(check) ?? true);
}

/** A subject is an object's name (`public.orders`), one of its parts (`public.orders.paid_at`), or has its kind before it (`index public.i`). */
function isAbout(subject: string, object: string): boolean {
  for (let at = subject.indexOf(object); at >= 0; at = subject.indexOf(object, at + 1)) {
    const [before, after] = [subject.charAt(at - 1), subject.charAt(at + object.length)];
    if (['', ' '].includes(before) && ['', ' ', '.', ',', '('].includes(after)) return true;
  }
  return false;
}

function causeOf(event: ReportEvent): FindingCause {
  return { code: codeOf(event) ?? '', message: explanationOf(event) };
}
