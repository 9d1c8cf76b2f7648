import type { Finding, Subject } from '@pgdrill/core';
import { writeTestFindings } from './findings.ts';
import { reasonText } from './judge-tables.ts';
import type { AppendTrial } from './observation.ts';

/** Judges what came of appending to a chain. */
export function judgeAppend(trial: AppendTrial): { readonly subject: Subject; readonly findings: readonly Finding[] } {
  const { chain, unverified } = trial;
  if (unverified !== undefined)
    return { subject: { name: chain, before: null, after: null, unverified }, findings: [] };
  const problems = problemsOf(trial);
  const isSound = problems.every(({ severity }) => severity === 'warning');
  return {
    subject: { name: chain, before: null, after: { append: isSound ? 'links to the head' : 'does not link' } },
    findings: problems.map((problem) => ({ ...problem, subject: chain, expected: 'links to the head' })),
  };
}

type Problem = Pick<Finding, 'code' | 'severity' | 'actual' | 'message'>;

function problemsOf({
  chain,
  failed,
  rows,
  unlinked,
  misfits = 0,
  outOfOrder,
  sentinelMoved,
}: AppendTrial): readonly Problem[] {
  const { append, link, hash, sentinel, order } = writeTestFindings;
  const problem = (
    code: string,
    message: string,
    actual: string,
    severity: Finding['severity'] = 'error',
  ): Problem => ({ code, severity, actual, message });
  if (failed) return [problem(append.code, append.message(chain, reasonText(failed)), failed.sqlstate ?? 'failed')];
  if (rows === 0)
    return [problem(append.code, append.message(chain, 'the statement ran, and no row is there'), 'no row')];
  return [
    ...(unlinked ? [problem(link.code, link.message(chain, UNLINKED[unlinked]), unlinked)] : []),
    ...(misfits > 0 ? [problem(hash.code, hash.message(chain), 'another hash')] : []),
    ...(sentinelMoved === false ? [problem(sentinel.code, sentinel.message(chain), 'another hash')] : []),
    ...(outOfOrder === true ? [problem(order.code, order.message(chain), 'before the head', 'warning')] : []),
  ];
}

const UNLINKED: Readonly<Record<NonNullable<AppendTrial['unlinked']>, string>> = {
  'no hash': 'it has no hash',
  'no such row': 'no row has the hash that it links to',
  'not the head': 'it links to a row that others follow already, or to none',
  'not one line': 'several rows were appended, and they are not one line',
};
