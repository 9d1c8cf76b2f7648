import { conclude } from '../conclusion.ts';
import { acceptanceWarnings } from '../notes.ts';
import { leftOutText } from '../scope.ts';
import type { SecondLook } from '../second-look.ts';
import { singleLine } from '../single-line.ts';
import { totalsOf } from './suite.ts';
import type { Suite } from './suite.ts';
import type { Testcase } from './testcase.ts';

/**
 * The drill itself, with one testcase that is always there: it passes when the drill ran to its end and was judged.
 *
 * It fails too when the drill did not pass and no other testcase shows it: a dashboard takes a file without a failure for a pass.
 */
export function drillSuite(look: SecondLook, suites: readonly Suite[]): Suite {
  const { report } = look;
  const complaints = report.log.filter(({ severity }) => severity !== 'info');
  return {
    name: 'drill',
    cases: [drillCase(look, suites)],
    output: [
      ...leftOut(report),
      ...report.notes.map((note) => `note: ${singleLine(note)}`),
      ...acceptanceWarnings(report).map((warning) => `warning: ${singleLine(warning)}`),
    ],
    errorOutput: complaints.map(({ tool, text }) => `${singleLine(tool, 80)}: ${singleLine(text, 1_000)}`),
  };
}

/** A testcase that is not there is easily missed, so the tables that have none are named. */
function leftOut(report: SecondLook['report']): readonly string[] {
  const names = leftOutText(report, 200);
  return names === undefined ? [] : [`left out: ${names}`];
}

function drillCase(look: SecondLook, suites: readonly Suite[]): Testcase {
  const { report, verdict, contradiction } = look;
  const { failures, errors } = totalsOf(suites.flatMap(({ cases }) => cases));
  const hidden = verdict !== 'passed' && failures + errors === 0;
  const message = report.error?.message ?? contradiction ?? (hidden ? conclude(look).because : undefined);
  const name = 'ran to its end';
  if (message === undefined) return { name };
  const details = report.error ? [`phase: ${report.error.phase}`] : [];
  return { name, outcome: { kind: 'error', type: 'drill/unverified', message, details } };
}
