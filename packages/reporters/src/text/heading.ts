import type { Report, ReportSide } from '@pgdrill/core';
import { leftOutText, tablesText, tierLine } from '../scope.ts';
import { singleLine } from '../single-line.ts';
import { bytesText, durationText, timeText } from '../units.ts';
import { padTo } from './display-width.ts';
import { label } from './label.ts';
import type { Page } from './page.ts';
import { hang } from './wrap.ts';

const DONE = {
  run: 'restore drill',
  verify: 'judgement of a database that was restored elsewhere',
  compare: 'comparison of two databases',
} as const;

/** More names than this make no one the wiser: the JSON report has them all. */
const LEFT_OUT_LIMIT = 100;

/** What was done, when, on what: the head of the page. */
export function heading({ paint, width }: Page, report: Report): readonly string[] {
  const { tool, command, startedAt, seconds, source, target, backup } = report;
  const facts = [DONE[command], timeOr(startedAt), `took ${durationText(seconds)}`, label(tool.runtime)];
  const row = (name: string, fact: string | undefined): readonly string[] =>
    fact === undefined ? [] : hang(`  ${padTo(name, 8)}`, fact, width);
  const title = `pgdrill ${label(tool.version)}`;
  const [first = '', ...more] = hang(`${title}  `, facts.join(' · '), width);
  return [
    paint.strong(title) + paint.faint(first.slice(title.length)),
    ...more.map((line) => paint.faint(line)),
    '',
    ...row('source', sideText(source)),
    ...(backup ? backupLines(backup).flatMap((text, index) => row(index === 0 ? 'backup' : '', text)) : []),
    ...row('target', sideText(target)),
    ...row('tier', tierLine(report)),
    ...row('tables', tablesText(report)),
    ...row('without', leftOutText(report, LEFT_OUT_LIMIT)),
  ];
}

function sideText({ from, description, server, capturedAt }: ReportSide): string {
  const facts = [singleLine(description, 500)];
  if (server) facts.push(`PostgreSQL ${label(server.version)}`);
  if (capturedAt === null) facts.push('never read');
  else facts.push(`${from === 'live' ? 'read' : 'from a manifest of'} ${timeOr(capturedAt)}`);
  return facts.join(' · ');
}

function backupLines({
  method,
  format,
  bytes,
  sha256,
  versions,
  kept,
}: NonNullable<Report['backup']>): readonly string[] {
  const tools = Object.entries(versions).map(([name, version]) => `${label(name)} ${label(version)}`);
  const what = [`${label(method)}, ${label(format)} format`, bytesText(bytes)];
  return [
    [...what, ...tools, ...(kept === null ? ['not kept'] : [])].join(' · '),
    `sha256 ${singleLine(sha256, 128)}`,
    ...(kept === null ? [] : [`kept at ${singleLine(kept, 500)}`]),
  ];
}

function timeOr(time: string): string {
  return timeText(time) ?? label(time);
}
