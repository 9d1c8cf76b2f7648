import type { Finding } from '@pgdrill/core';
import { breakTotal, misfitTotal } from '../chain/observation.ts';
import type { ChainObservation } from '../chain/observation.ts';
import { showBreaks } from '../chain/show-breaks.ts';
import { verifyChainFindings } from './findings.ts';

/** Makes a finding about the chain that is judged. */
export type MakeFinding = (code: string, message: string, severity?: Finding['severity']) => Finding;

/** Where one verifier of the restored chain says something else than another. */
export function disagreement(
  name: string,
  before: ChainObservation | null,
  after: ChainObservation,
  finding: MakeFinding,
): readonly Finding[] {
  const { code, message } = verifyChainFindings.disagrees;
  const findings: Finding[] = [];
  const ours = `${showBreaks(after)} in ${after.rows} rows`;
  const bySql = disagreeingSql(after);
  if (bySql !== null) findings.push(finding(code, message(name, 'What the server computes', bySql, ours)));
  const theirs = before?.own && !after.own ? 'nothing, since it is not there any more' : disagreeing(after);
  if (theirs !== null) {
    // What it said before the backup as well is no doing of the restore.
    const severity = before && disagreeing(before) === theirs ? 'warning' : 'error';
    const unasked = before?.own?.asked === false ? ` ${NOT_ASKED_BEFORE}` : '';
    findings.push(finding(code, message(name, "The database's own verify function", theirs, ours) + unasked, severity));
    const { order } = verifyChainFindings;
    if (after.outOfOrder > 0 && breakTotal(after) === 0)
      findings.push(finding(order.code, order.message(name, after.outOfOrder), 'notice'));
  }
  return findings;
}

const NOT_ASKED_BEFORE =
  'It was not asked before the backup, so it may have said the same then: "before": true in the chain\'s "verify" has it asked.';

/** What the server's functions say of the rows, where our recomputation says otherwise; null where both agree, or only one looked at every row. */
function disagreeingSql(chain: ChainObservation): string | null {
  const { verifiers, rows, unformatted } = chain;
  const { sql, independent, since } = verifiers;
  // What was recomputed in part can only say more than a server that found all whole.
  if (sql && since) return breakTotal(chain) + unformatted === 0 ? null : sqlSays(sql);
  if (!sql || !independent) return null;
  const misfits = misfitTotal(chain);
  // A row that no format is meant for fits none.
  const mismatches = misfits + unformatted;
  const links = breakTotal(chain) > misfits;
  const agrees = sql.rows === rows && sql.mismatches === mismatches && !(sql.whole && links);
  if (agrees) return null;
  return sqlSays(sql);
}

function sqlSays({ whole, mismatches, rows }: NonNullable<ChainObservation['verifiers']['sql']>): string {
  return `${whole ? 'no break' : `${mismatches} rows that do not fit their hash`} in ${rows} rows`;
}

/** What the database's own function says, where that is not what we found; null where both agree or there is none. */
function disagreeing(chain: ChainObservation): string | null {
  const { own, rows } = chain;
  if (!own || own.asked === false) return null;
  if (own.error !== undefined) return `nothing, since it could not be run (${own.error})`;
  const agrees = (own.firstBreak === null) === (breakTotal(chain) === 0) && own.rows === `${rows}`;
  return agrees ? null : `${own.firstBreak === null ? 'no break' : 'a break'} in ${own.rows} rows`;
}
