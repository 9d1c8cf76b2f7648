import type { Firing } from './observation.ts';

const FIRES: Readonly<Record<Firing, string>> = {
  origin: 'enabled',
  always: 'enabled for all sessions',
  replica: 'enabled for replication alone',
  disabled: 'disabled',
};

const gone = (guard: string, table: string, does: string): string =>
  `The ${guard} of ${table} is gone: it was ${does}.`;
const fires = (guard: string, table: string, before: Firing, after: Firing): string =>
  `The ${guard} of ${table} is ${FIRES[after]}, and was ${FIRES[before]} before.`;
const differs = (guard: string, table: string, was: string, is: string): string =>
  was === is
    ? `The ${guard} of ${table} has another condition or other arguments than before.`
    : `The ${guard} of ${table} is another than before: it was ${was}, and is ${is}.`;
const unexpected = (guard: string, table: string, does: string): string =>
  `The ${guard} of ${table} was not there before: it is ${does}.`;

/** Every finding code of the check `append-only`, with its wording. */
export const appendOnlyFindings = {
  missing: {
    code: 'append-only/chain-missing',
    message: (chain: string, side: string) =>
      `The table of the chain ${chain} is not there ${side}, and its guards with it.`,
  },
  triggerMissing: {
    code: 'append-only/trigger-missing',
    message: (guard: string, table: string, does: string): string => gone(guard, table, does),
  },
  triggerDisabled: {
    code: 'append-only/trigger-disabled',
    message: (guard: string, table: string, before: Firing, after: Firing): string =>
      fires(guard, table, before, after),
  },
  triggerDiffers: {
    code: 'append-only/trigger-differs',
    message: (guard: string, table: string, was: string, is: string): string => differs(guard, table, was, is),
  },
  triggerUnexpected: {
    code: 'append-only/trigger-unexpected',
    message: (guard: string, table: string, does: string): string => unexpected(guard, table, does),
  },
  ruleMissing: {
    code: 'append-only/rule-missing',
    message: (guard: string, table: string, does: string): string => gone(guard, table, does),
  },
  ruleDisabled: {
    code: 'append-only/rule-disabled',
    message: (guard: string, table: string, before: Firing, after: Firing): string =>
      fires(guard, table, before, after),
  },
  ruleDiffers: {
    code: 'append-only/rule-differs',
    message: (guard: string, table: string, was: string, is: string): string => differs(guard, table, was, is),
  },
  ruleUnexpected: {
    code: 'append-only/rule-unexpected',
    message: (guard: string, table: string, does: string): string => unexpected(guard, table, does),
  },
  functionMissing: {
    code: 'append-only/function-missing',
    message: (chain: string, signature: string) =>
      `The function ${signature}, on which ${chain} depends, is not there any more.`,
  },
  functionDiffers: {
    code: 'append-only/function-differs',
    message: (chain: string, signature: string, what: string) =>
      `The function ${signature}, on which ${chain} depends, has ${what} than before.`,
  },
  functionUnexpected: {
    code: 'append-only/function-unexpected',
    message: (chain: string, signature: string) =>
      `The function ${signature} was not there before, and is called by the name of one on which ${chain} depends.`,
  },
  rowSecurity: {
    code: 'append-only/row-security-differs',
    message: (table: string, what: string) => `Row-level security of ${table} is another than before: ${what}.`,
  },
  wider: {
    code: 'append-only/grants-wider',
    message: (table: string, role: string, privileges: string) =>
      `${role} may do more to ${table} than before: ${privileges}.`,
  },
  narrower: {
    code: 'append-only/grants-narrower',
    message: (table: string, role: string, privileges: string) =>
      `${role} may do less to ${table} than before: no ${privileges} any more.`,
  },
  unrestored: {
    code: 'append-only/grants-not-restored',
    message: (table: string, owner: string) =>
      `The privileges of ${table} were not restored, as with pg_dump --no-acl: its owner may do all${owner === '' ? '' : `, ${owner} that it might not before`}, and others nothing.`,
  },
  disabledBefore: {
    code: 'append-only/disabled-before',
    message: (table: string, names: string) =>
      `Disabled on ${table} before the backup, as after: ${names}. The restore did not do it.`,
  },
  unguardedBefore: {
    code: 'append-only/unguarded-before',
    message: (tables: string, events: string, roles: string) =>
      `No trigger or rule stands against ${events} of ${tables}, before the backup as after; granted to: ${roles}. The restore did not do it.`,
  },
} as const;
