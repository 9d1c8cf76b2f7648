import type { ReportCheck, ReportFinding, ReportSide, Severity, Verdict } from '@pgdrill/core';
import { acceptanceText } from '../acceptance-text.ts';
import { acceptedGroups } from '../accepted-groups.ts';
import { causeText } from '../cause-text.ts';
import { conclude } from '../conclusion.ts';
import { gravestOf } from '../gravest.ts';
import { harmlessLines } from '../harmless-lines.ts';
import { listFindings, listSubjects, moreText } from '../listed.ts';
import { notesOf } from '../notes.ts';
import { leftOutText, tablesText, tierLine } from '../scope.ts';
import type { SecondLook } from '../second-look.ts';
import { bytesText, durationText, timeText, wholeText } from '../units.ts';
import { code, codeValue, plain, table } from './markdown.ts';

/** How many findings and how many subjects of one check are listed: more than anyone reads, and a page that still opens. */
const LIMIT = 200;

/** How many of the differences are told that are accepted for the same reason. */
const ACCEPTED_LIMIT = 20;

const VERDICTS: Readonly<Record<Verdict, string>> = {
  passed: '✅ passed',
  failed: '❌ **failed**',
  unverified: '⚠️ **unverified**',
  skipped: '⏭️ skipped',
};

const FINDINGS: Readonly<Record<Severity | 'accepted', string>> = {
  error: '❌',
  warning: '⚠️',
  notice: 'ℹ️',
  accepted: '☑️',
};

/** The report as lines of Markdown: the verdict, what is wrong, every check with both sides, then how the drill went. */
export function summaryLines(look: SecondLook): readonly string[] {
  const { report, verdict, contradiction } = look;
  const { word, because, next } = conclude(look);
  const sign = { passed: '✅', failed: '❌', unverified: '⚠️' }[verdict];
  const lines = [
    `## ${sign} pgdrill: ${word}`,
    '',
    `**${because}**`,
    '',
    ...(report.error
      ? [`> Ended early, in the phase ${report.error.phase}: ${plain(report.error.message, 4_000)}`, '']
      : []),
    ...(contradiction === undefined ? [] : [`> ${contradiction}`, '']),
    `**Next:** ${next}`,
    ...findings(look),
    ...checks(look),
    ...accepted(look),
    ...toolOutput(look),
    ...drill(look),
    ...notes(look),
  ];
  return lines.filter((line, index) => line !== '' || lines[index - 1] !== '');
}

function findings({ checks: all }: SecondLook): readonly string[] {
  const rows = all.flatMap((check) => {
    const { shown, hidden } = listFindings(check, LIMIT);
    const more = [...hidden].map(([of, count]) => ['', `… and ${wholeText(count)} more`, code(of, 200), '', '', '']);
    return [...shown.map(findingRow), ...more];
  });
  if (rows.length === 0) return [];
  return ['', '### Findings', ...table(['', 'Subject', 'Code', 'Before', 'After', 'What it means'], rows)];
}

function findingRow(finding: ReportFinding): readonly string[] {
  const { code: of, severity, subject, expected, actual, message, cause } = finding;
  const because = cause === undefined ? '' : `<br>because ${plain(causeText(cause), 1_200)}`;
  const acceptance = acceptanceText(finding);
  return [
    FINDINGS[severity],
    code(subject),
    code(of, 200),
    codeValue(expected),
    codeValue(actual),
    plain(message, 2_000) + because + (acceptance === undefined ? '' : `<br>${plain(acceptance, 2_000)}`),
  ];
}

/** What differs and fails nothing: one row for all that a reason accepts. */
function accepted({ checks: all }: SecondLook): readonly string[] {
  const rows = all.flatMap(acceptedGroups).map(({ code: of, acceptance, findings: found }) => {
    const left = found.length - ACCEPTED_LIMIT;
    const messages = found.slice(0, ACCEPTED_LIMIT).map(({ message }) => plain(message));
    const what = [...messages, ...(left > 0 ? [`… and ${wholeText(left)} more`] : [])].join('<br>');
    return [FINDINGS.accepted, code(of, 200), plain(acceptance, 2_000), what];
  });
  return rows.length === 0 ? [] : ['', '### Accepted', ...table(['', 'Code', 'Why', 'What differs'], rows)];
}

/** Checks that did not pass stand first, so that they are not cut off. */
function checks({ checks: all }: SecondLook): readonly string[] {
  const order: readonly Verdict[] = ['failed', 'unverified', 'skipped', 'passed'];
  const sorted = order.flatMap((verdict) => all.filter((check) => check.verdict === verdict));
  if (sorted.length === 0) return [];
  return ['', '### Checks', ...table(['Verdict', 'Check', 'Subject', 'Before', 'After'], sorted.flatMap(checkRows))];
}

function checkRows(check: ReportCheck): readonly (readonly string[])[] {
  const { shown, hidden, hiddenFlagged } = listSubjects(check, LIMIT);
  const about = plain(check.reason ?? check.summary, 2_000);
  const rows = shown.map(({ subject, findings: of }) => {
    const open = subject.unverified === undefined ? '' : `<br>could not be judged: ${plain(subject.unverified)}`;
    const gravest = gravestOf(of);
    const mark = gravest ? `${FINDINGS[gravest]} ` : subject.unverified === undefined ? '' : '⚠️ ';
    return ['', '', `${mark}${code(subject.name)}${open}`, codeValue(subject.before), codeValue(subject.after)];
  });
  return [
    [VERDICTS[check.verdict], code(check.name, 200), about, '', ''],
    ...rows,
    ...(hidden > 0 ? [['', '', moreText(hidden, hiddenFlagged), '', '']] : []),
  ];
}

function drill({ report }: SecondLook): readonly string[] {
  const { backup } = report;
  const [tables, leftOut] = [tablesText(report), leftOutText(report, LIMIT)];
  const facts = [
    ['Source', sideText(report.source)],
    ...(backup
      ? [
          [
            'Backup',
            `${plain(backup.method, 200)}, ${plain(backup.format, 200)} format, ${bytesText(backup.bytes)}, SHA-256 ${code(backup.sha256)}`,
          ],
        ]
      : []),
    ['Target', sideText(report.target)],
    ['Tier', plain(tierLine(report), 400)],
    ...(tables === undefined ? [] : [['Tables', plain(tables, 4_000)]]),
    ...(leftOut === undefined ? [] : [['Left out', plain(leftOut, 20_000)]]),
    ['pgdrill', `${plain(report.tool.version, 200)} on ${plain(report.tool.runtime, 200)}`],
  ];
  const phases = report.phases.map(({ name, seconds, bytes }) => [
    name,
    durationText(seconds),
    bytes === undefined ? '' : bytesText(bytes),
  ]);
  return [
    '',
    `### Drill of ${timeText(report.startedAt) ?? plain(report.startedAt)}, ${durationText(report.seconds)}`,
    ...table(['', ''], facts),
    ...(phases.length > 0 ? table(['Phase', 'Time', 'Bytes'], phases) : []),
  ];
}

function notes(look: SecondLook): readonly string[] {
  const all = notesOf(look).map(({ text, checks: by }) => {
    const names = by.map((name) => code(name, 200)).join(', ');
    return `- ${names === '' ? '' : `${names}: `}${plain(text)}`;
  });
  return all.length === 0 ? [] : ['', '### Notes', '', ...all];
}

/** What the tools complained of on standard error. */
function toolOutput({ report: { log, events } }: SecondLook): readonly string[] {
  const complaints = log.filter(({ severity }) => severity !== 'info');
  if (complaints.length === 0) return [];
  const left = complaints.length - LIMIT;
  const known = harmlessLines(events);
  const listed = complaints.slice(0, LIMIT).map(({ tool, severity, text }) => {
    const harmless = known.get(text);
    const why = harmless === undefined ? '' : `<br>harmless: ${plain(harmless, 1_000)}`;
    return `- ${severity === 'error' ? FINDINGS.error : FINDINGS.warning} ${code(tool, 200)} ${plain(text)}${why}`;
  });
  return ['', '### Tool output', '', ...listed, ...(left > 0 ? [`- … and ${wholeText(left)} more`] : [])];
}

function sideText({ from, description, server, capturedAt }: ReportSide): string {
  const read =
    capturedAt === null
      ? 'never read'
      : `${from === 'live' ? 'read' : 'from a manifest of'} ${timeText(capturedAt) ?? plain(capturedAt)}`;
  return [plain(description), ...(server ? [`PostgreSQL ${plain(server.version, 200)}`] : []), read].join(', ');
}
