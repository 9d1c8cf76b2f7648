import { conclude } from '../conclusion.ts';
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
    output: report.notes.map((note) => `note: ${singleLine(note)}`),
    errorOutput: complaints.map(({ tool, text }) => `${singleLine(tool, 80)}: ${singleLine(text, 1_000)}`),
  };
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
