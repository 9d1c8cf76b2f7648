import { isFailing, tierText } from '@pgdrill/core';
import type { Report, ReportCheck, Subject } from '@pgdrill/core';
import { sinceText, tablesText } from '../scope.ts';
import { singleLine } from '../single-line.ts';
import { tally } from '../tally.ts';
import { valueText } from '../value-text.ts';
import { identity, onceOnly } from './identity.ts';
import { findingLines, testcasesOf } from './testcase.ts';
import type { Outcome, Testcase } from './testcase.ts';
import type { XmlElement } from './xml.ts';

/** A suite before it is written. */
export interface Suite {
  readonly name: string;
  readonly cases: readonly Testcase[];
  readonly output: readonly string[];
  readonly errorOutput: readonly string[];
}

/** How many testcases there are, and how many of each outcome. */
export interface Totals {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

const BODY = 8_000;

const TOO_LONG = '\n… cut here: the JSON report has the rest.';

/** One check as a suite. A testcase that passed has no place for its values, so they are in the suite's output. */
export function suiteOf(check: ReportCheck): Suite {
  const quiet = check.findings.filter((finding) => !isFailing(finding));
  return {
    name: check.name,
    cases: testcasesOf(check),
    output: [
      singleLine(check.summary),
      ...check.notes.map((note) => `note: ${singleLine(note)}`),
      ...quiet.flatMap(findingLines),
      '',
      // More of them than fit would only be cut off.
      ...check.subjects.slice(0, BODY / 20).map(sidesLine),
    ],
    errorOutput: [],
  };
}

function sidesLine({ name, before, after }: Subject): string {
  return `${singleLine(name, 1_000)}: before ${valueText(before, 1_500)}, after ${valueText(after, 1_500)}`;
}

/** Counts testcases by outcome. */
export function totalsOf(cases: readonly Testcase[]): Totals {
  const count = (kind: Outcome['kind']): number => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

/** Suites as elements, each with the facts of the drill. Attributes and children are in the order in which `JUnit.xsd` demands them. */
export function suiteElements(suites: readonly Suite[], report: Report): readonly XmlElement[] {
  const className = onceOnly();
  const properties = propertiesOf(report);
  return suites.map((suite, id) => {
    const name = className(identity(suite.name, 200));
    const caseName = onceOnly();
    return {
      name: 'testsuite',
      attributes: {
        package: 'pgdrill',
        id,
        name,
        // When the report was written; Trunk calls results stale that are an hour old, so the start of a long drill would not do.
        timestamp: report.finishedAt.slice(0, 19),
        hostname: 'localhost',
        ...totalsOf(suite.cases),
        time: '0.000',
      },
      children: [
        properties,
        ...suite.cases.map((of) => caseElement(of, `pgdrill.${name}`, caseName(identity(of.name)))),
        { name: 'system-out', text: capped(suite.output) },
        { name: 'system-err', text: capped(suite.errorOutput) },
      ],
    };
  });
}

function caseElement({ outcome }: Testcase, classname: string, name: string): XmlElement {
  return {
    name: 'testcase',
    attributes: { name, classname, time: '0.000' },
    children: outcome ? [outcomeElement(outcome)] : [],
  };
}

function outcomeElement({ kind, type, message, details }: Outcome): XmlElement {
  const line = singleLine(message, 2_000);
  return {
    name: kind,
    attributes: { message: line, type: singleLine(type, 200) },
    // GitLab shows the body alone, so the message is its first line too.
    text: capped([line, ...details]),
  };
}

function propertiesOf(report: Report): XmlElement {
  const { tool, command, verdict, exitCode, source, target, backup } = report;
  const [tables, chains] = [tablesText(report), sinceText(report)];
  const { accepted } = tally(report.checks);
  const facts: Readonly<Record<string, string>> = {
    version: tool.version,
    runtime: tool.runtime,
    command,
    verdict,
    'exit-status': String(exitCode),
    tier: tierText(report),
    ...(chains === undefined ? {} : { chains }),
    source: source.description,
    target: target.description,
    ...(tables === undefined ? {} : { tables }),
    ...(accepted === 0 ? {} : { accepted: String(accepted) }),
    ...(backup ? { 'backup-format': `${backup.method} ${backup.format}`, 'backup-sha256': backup.sha256 } : {}),
  };
  return {
    name: 'properties',
    children: Object.entries(facts).map(([name, value]) => ({
      name: 'property',
      attributes: { name: `pgdrill.${name}`, value: singleLine(value, 1_000) },
    })),
  };
}

function capped(lines: readonly string[]): string {
  const text = lines.join('\n');
  return text.length <= BODY ? text : text.slice(0, BODY - TOO_LONG.length).toWellFormed() + TOO_LONG;
}
