import { defineReporter } from '@pgdrill/core';
import type { Reporter } from '@pgdrill/core';
import { acceptanceText } from './acceptance-text.ts';
import { acceptedGroups } from './accepted-groups.ts';
import { causeText } from './cause-text.ts';
import { conclude } from './conclusion.ts';
import { annotation } from './github/workflow-command.ts';
import type { AnnotationKind } from './github/workflow-command.ts';
import { acceptanceWarnings } from './notes.ts';
import { leftOutText } from './scope.ts';
import { secondLook } from './second-look.ts';
import type { SecondLook } from './second-look.ts';
import { singleLine } from './single-line.ts';
import { countText, wholeText } from './units.ts';
import { valueText } from './value-text.ts';

/** GitHub shows ten annotations of a kind in a step and drops the rest silently: nine, and one that tells how many more there are. */
const LIMIT = 9;

/** How many differences one annotation tells that are accepted for the same reason. */
const ACCEPTED_LIMIT = 5;

/** What is to be annotated. */
interface Remark {
  readonly kind: AnnotationKind;
  readonly title: string;
  readonly message: string;
}

/** Annotations for GitHub Actions, to be written to standard output, where the runner reads them. The whole report is in the step summary. */
export const github: Reporter = defineReporter<unknown>({
  name: 'github',
  summary: 'Annotations for GitHub Actions: errors, warnings and notices on the run, within its limits',
  fileName: null,
  render(report) {
    const lists = remarksOn(secondLook(report));
    const lines = (['error', 'warning', 'notice'] as const).flatMap((kind) => {
      const all = inTurn(lists.map((list) => list.filter((remark) => remark.kind === kind)));
      const left = all.length - LIMIT;
      const more = left > 0 ? [annotation(kind, 'pgdrill', `${countText(left, `more ${kind}`)}, see the summary`)] : [];
      return [...all.slice(0, LIMIT).map(({ title, message }) => annotation(kind, title, message)), ...more];
    });
    return lines.map((line) => `${line}\n`).join('');
  },
});

/** The drill's own end first: it must not be among those that are left out. */
function remarksOn(look: SecondLook): readonly (readonly Remark[])[] {
  const { report, verdict, checks, contradiction } = look;
  const { word, because } = conclude(look);
  const title = `pgdrill ${word}`;
  const end: Remark = { kind: verdict === 'passed' ? 'notice' : 'error', title, message: because };
  const error: Remark[] = report.error
    ? [{ kind: 'error', title, message: singleLine(report.error.message, 2_000) }]
    : [];
  const edited: Remark[] = contradiction === undefined ? [] : [{ kind: 'error', title, message: contradiction }];
  return [
    [end],
    error,
    edited,
    ...checks.map(findingRemarks),
    ...checks.map(acceptedRemarks),
    openRemarks(look),
    skippedRemarks(look),
    leftOutRemarks(look),
    acceptanceRemarks(look),
  ];
}

/** One of each list, then the second of each: every check that failed is seen, not only the many findings of the first one. */
function inTurn(lists: readonly (readonly Remark[])[]): readonly Remark[] {
  const turns = Array.from({ length: LIMIT }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1)));
  return [...turns.flat(), ...lists.flatMap((list) => list.slice(LIMIT))];
}

function findingRemarks({ findings }: SecondLook['checks'][number]): readonly Remark[] {
  const open = findings.filter(({ accepted }) => accepted === undefined);
  return open.map((finding) => {
    const { code, severity, subject, expected, actual, message, cause } = finding;
    const because = cause === undefined ? '' : `\nbecause ${causeText(cause)}`;
    const acceptance = acceptanceText(finding);
    const sides =
      expected === null && actual === null
        ? ''
        : `\nbefore: ${valueText(expected, 500)}\nafter: ${valueText(actual, 500)}`;
    return {
      kind: severity,
      title: `${singleLine(code, 120)} in ${singleLine(subject, 200)}`,
      message: singleLine(message, 2_000) + because + (acceptance === undefined ? '' : `\n${acceptance}`) + sides,
    };
  });
}

/** One for all that a reason accepts: it may be something about every table. */
function acceptedRemarks(check: SecondLook['checks'][number]): readonly Remark[] {
  return acceptedGroups(check).map(({ code, acceptance, findings }) => {
    const left = findings.length - ACCEPTED_LIMIT;
    const messages = findings.slice(0, ACCEPTED_LIMIT).map(({ message }) => singleLine(message, 500));
    const more = left > 0 ? [`… and ${wholeText(left)} more`] : [];
    return {
      kind: 'notice',
      title: `accepted: ${countText(findings.length, 'difference')}, ${singleLine(code, 120)}`,
      message: [acceptance, ...messages, ...more].join('\n'),
    };
  });
}

/** Checks that ended unverified, each reason once. A drill that ended early has told its reason already. */
function openRemarks({ checks, report }: SecondLook): readonly Remark[] {
  const byReason = Map.groupBy(
    checks.filter(({ verdict }) => verdict === 'unverified'),
    ({ reason = 'no reason was given' }) => reason,
  );
  return [...byReason]
    .filter(([reason]) => !report.error || !reason.includes(report.error.message))
    .map(([reason, of]) => ({
      kind: 'error',
      title: `${singleLine(of.map(({ name }) => name).join(', '), 200)} could not be judged`,
      message: singleLine(reason, 2_000),
    }));
}

function acceptanceRemarks({ report }: SecondLook): readonly Remark[] {
  return acceptanceWarnings(report).map((warning) => ({
    kind: 'warning',
    title: 'An accepted difference matched nothing',
    message: singleLine(warning, 2_000),
  }));
}

function leftOutRemarks({ report }: SecondLook): readonly Remark[] {
  const names = leftOutText(report, 50);
  if (names === undefined) return [];
  return [{ kind: 'notice', title: 'Tables were left out', message: `Nothing was tested of: ${names}` }];
}

function skippedRemarks({ checks }: SecondLook): readonly Remark[] {
  return checks
    .filter(({ verdict }) => verdict === 'skipped')
    .map(({ name, reason = 'no reason was given' }) => ({
      kind: 'notice',
      title: `${singleLine(name, 80)} was skipped`,
      message: singleLine(reason, 2_000),
    }));
}
