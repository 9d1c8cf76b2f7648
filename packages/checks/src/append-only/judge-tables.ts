import type { Finding, Severity } from '@pgdrill/core';
import { appendOnlyFindings } from './findings.ts';
import { judgeGrants } from './judge-grants.ts';
import type { Firing, Guard, GuardedChain, RowSecurity, TableGuards } from './observation.ts';

/** A finding without what all of a chain have in common. */
export type Difference = Pick<Finding, 'code' | 'expected' | 'actual' | 'message'> & { readonly severity: Severity };

/**
 * What differs in the guards of a chain's tables. What is said of a table is not said again of its partitions and heirs, which get their triggers from it.
 */
export function judgeTables(before: GuardedChain, after: GuardedChain): readonly Difference[] {
  const sameMajor = before.major === after.major;
  const said = new Set<string>();
  return Object.entries(before.tables).flatMap(([table, had]) => {
    const has = after.tables[table];
    // A table that is gone is for row-count to report.
    if (has === undefined) return [];
    const guards = [
      ...judgeGuards('trigger', table, had, has, sameMajor),
      ...judgeGuards('rule', table, had, has, sameMajor),
    ];
    const fresh = guards.filter(({ name, difference: { code } }) => !said.has(`${code} ${name}`));
    for (const { name, difference } of guards) said.add(`${difference.code} ${name}`);
    return [
      ...fresh.map(({ difference }) => difference),
      ...judgeRowSecurity(table, had.rowSecurity, has.rowSecurity, sameMajor),
      ...judgeGrants(table, had.grants, has.grants),
    ];
  });
}

const {
  triggerMissing,
  triggerDisabled,
  triggerDiffers,
  triggerUnexpected,
  ruleMissing,
  ruleDisabled,
  ruleDiffers,
  ruleUnexpected,
  rowSecurity,
} = appendOnlyFindings;

const KINDS = {
  trigger: {
    missing: triggerMissing,
    disabled: triggerDisabled,
    differs: triggerDiffers,
    unexpected: triggerUnexpected,
  },
  rule: { missing: ruleMissing, disabled: ruleDisabled, differs: ruleDiffers, unexpected: ruleUnexpected },
} as const;

/** How much a guard that fires so keeps ordinary sessions from. */
const STRENGTH: Readonly<Record<Firing, number>> = { disabled: 0, replica: 0, origin: 1, always: 2 };

interface NamedDifference {
  readonly name: string;
  readonly difference: Difference;
}

function judgeGuards(
  kind: 'trigger' | 'rule',
  table: string,
  before: TableGuards,
  after: TableGuards,
  sameMajor: boolean,
): readonly NamedDifference[] {
  const [had, has] = kind === 'trigger' ? [before.triggers, after.triggers] : [before.rules, after.rules];
  const { missing, unexpected } = KINDS[kind];
  return [...new Set([...Object.keys(had), ...Object.keys(has)])].flatMap((name) => {
    const [was, is] = [had[name], has[name]];
    if (was && is) {
      return judgeGuard(kind, table, name, was, is, sameMajor).map((difference) => ({ name, difference }));
    }
    const { code, message } = was ? missing : unexpected;
    const difference: Difference = {
      code,
      severity: 'error',
      expected: was?.does ?? null,
      actual: is?.does ?? null,
      message: message(`${kind} ${name}`, table, (was ?? is)?.does ?? ''),
    };
    return [{ name, difference }];
  });
}

function judgeGuard(
  kind: 'trigger' | 'rule',
  table: string,
  name: string,
  was: Guard,
  is: Guard,
  sameMajor: boolean,
): readonly Difference[] {
  const { disabled, differs } = KINDS[kind];
  const guard = `${kind} ${name}`;
  const differences: Difference[] = [];
  if (was.firing !== is.firing) {
    const stronger = STRENGTH[is.firing] > STRENGTH[was.firing];
    const severity = stronger ? 'warning' : 'error';
    const { code } = stronger ? differs : disabled;
    const message = disabled.message(guard, table, was.firing, is.firing);
    differences.push({ code, severity, expected: was.firing, actual: is.firing, message });
  }
  if (was.definition !== is.definition) {
    const spelling = was.does === is.does && was.deparsed && !sameMajor;
    const message = differs.message(guard, table, was.does, is.does) + (spelling ? SPELLING : '');
    const severity = spelling ? 'warning' : 'error';
    differences.push({ code: differs.code, severity, expected: was.does, actual: is.does, message });
  }
  return differences;
}

/** What is added where the same expression may only be written in another way. */
export const SPELLING =
  ' The servers are of different major versions, which may write the same expression in different ways: compare it by eye.';

function judgeRowSecurity(
  table: string,
  before: RowSecurity,
  after: RowSecurity,
  sameMajor: boolean,
): readonly Difference[] {
  const { code, message } = rowSecurity;
  const flags = (['enabled', 'forced'] as const).flatMap((flag): readonly Difference[] => {
    const [expected, actual] = [before[flag], after[flag]];
    if (expected === actual) return [];
    const what = `it is ${actual ? '' : 'not '}${flag}${actual ? '' : ' any more'}`;
    return [{ code, severity: actual ? 'warning' : 'error', expected, actual, message: message(table, what) }];
  });
  const names = new Set([...Object.keys(before.policies), ...Object.keys(after.policies)]);
  const policies = [...names].flatMap((name): readonly Difference[] => {
    const [was, is] = [before.policies[name], after.policies[name]];
    if (was === is) return [];
    const spelling = was !== undefined && is !== undefined && !sameMajor;
    const how = was === undefined ? 'was not there before' : is === undefined ? 'is gone' : 'says something else';
    return [
      {
        code,
        severity: spelling ? 'warning' : 'error',
        expected: was === undefined ? null : name,
        actual: is === undefined ? null : name,
        message: message(table, `the policy ${name} ${how}`) + (spelling ? SPELLING : ''),
      },
    ];
  });
  return [...flags, ...policies];
}
