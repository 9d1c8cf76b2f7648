import type { ReportAcceptance, ReportCheck } from '../report.ts';
import type { Acceptance, Accepting, PlannedAcceptance } from './acceptance.ts';
import { fits, hasLapsed } from './mark-accepted.ts';
import { matchesPattern } from './matches-pattern.ts';

/**
 * What was accepted, for the report: nothing when nothing is. An entry of the config that fits no finding has a warning; not so what follows from
 * options, and what is about a check that judged nothing this time.
 */
export function reportAcceptances(
  checks: readonly ReportCheck[],
  { acceptances, today }: Accepting,
): { readonly acceptances?: readonly ReportAcceptance[] } {
  if (acceptances.length === 0) return {};
  return {
    acceptances: acceptances.map((acceptance) => {
      const findings = checks.reduce(
        (sum, { name, findings: found }) => sum + found.filter((finding) => fits(acceptance, name, finding)).length,
        0,
      );
      const warning = findings > 0 ? undefined : warningOf(acceptance, checks, today);
      return { ...acceptance, findings, ...(warning === undefined ? {} : { warning }) };
    }),
  };
}

function warningOf(acceptance: PlannedAcceptance, checks: readonly ReportCheck[], today: string): string | undefined {
  if (acceptance.from === 'options') return undefined;
  const meant = checks.filter(({ name }) => isAbout(acceptance, name));
  const judged = meant.some(({ verdict }) => verdict === 'passed' || verdict === 'failed');
  if (meant.length > 0 && !judged) return undefined;
  const what = `The accepted difference ${nameOf(acceptance)} (${acceptance.reason}) matched nothing`;
  const lapsed = hasLapsed(acceptance, today) ? ` It lapsed after ${acceptance.until} in any case.` : '';
  if (meant.length === 0)
    return `${what}, for no check of that name ran: correct the name, run the check, or take the entry out of the config.${lapsed}`;
  return `${what}: take it out of the config, or correct it.${lapsed}`;
}

/** May a check of this name find what is accepted? The code of a finding begins with the name of its check. */
function isAbout({ check = '*', code = '*' }: Acceptance, name: string): boolean {
  return matchesPattern(name, check) && matchesPattern(name, code.split('/')[0] ?? '');
}

function nameOf({ check, code, subject }: Acceptance): string {
  const what =
    code === undefined ? `of all that ${check} finds` : code + (check === undefined ? '' : ` in the check ${check}`);
  return subject === undefined ? what : `${what} about ${subject}`;
}
