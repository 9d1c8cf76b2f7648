import { defineCheck } from '@pgdrill/core';
import type { Check, Finding, Judgement, Subject } from '@pgdrill/core';
import { judgeChains } from './chain/judge-chains.ts';
import type { ChainPair } from './chain/judge-chains.ts';
import { breakTotal, firstBreak } from './chain/observation.ts';
import type { BreakKind, ChainObservation, ChainsObservation, OwnVerdict } from './chain/observation.ts';
import { observeChains } from './chain/observe-chains.ts';
import { prepareChains } from './chain/prepare-chains.ts';
import { showBreaks } from './chain/show-breaks.ts';
import { sinceRows, tellingSince } from './chain/show-since.ts';
import { disagreement } from './verify-chain/disagreement.ts';
import type { MakeFinding } from './verify-chain/disagreement.ts';
import { verifyChainFindings } from './verify-chain/findings.ts';
import { lostHeads } from './verify-chain/lost-heads.ts';

const BY_KIND: Readonly<
  Record<
    BreakKind,
    (typeof verifyChainFindings)['content' | 'encoding' | 'json' | 'link' | 'prefix' | 'fork' | 'duplicate']
  >
> = {
  'content-mismatch': verifyChainFindings.content,
  'encoding-drift': verifyChainFindings.encoding,
  'json-drift': verifyChainFindings.json,
  'link-mismatch': verifyChainFindings.link,
  'prefix-missing': verifyChainFindings.prefix,
  fork: verifyChainFindings.fork,
  duplicate: verifyChainFindings.duplicate,
};

/** Proves that every row of a hash chain still fits its hash, and that every link leads to the next row. */
export const verifyChain: Check<ChainsObservation> = defineCheck<ChainsObservation>({
  name: 'verify-chain',
  summary: 'Every row of each hash chain fits its hash and its link',
  cost: 'Hashes every row on the server, in the scan of the tables; of up to 200,000 rows, and wherever that is not whole, every row in our process too: some 300,000 a second. Shared by the chain checks.',
  prepare: async (db, _options, context) => void (await prepareChains(db, context)),
  observe: (db, _options, context) => observeChains(db, context),
  judge: ({ before, after }): Judgement =>
    judgeChains(before, after, tellingSince(judgeOne), verifyChainFindings.missing),
});

function judgeOne({ name, before, after }: ChainPair): {
  readonly subject: Subject;
  readonly findings: readonly Finding[];
} {
  const subject: Subject = { name, before: before && verdicts(before), after: verdicts(after) };
  const finding = (code: string, message: string, severity: Finding['severity'] = 'error'): Finding => ({
    code,
    severity,
    subject: name,
    expected: 'no break',
    actual: showBreaks(after),
    message,
  });
  const lost = lostHeads(name, before, after, finding);
  if (after.rows === 0 && !after.expectEmpty) {
    const { code, message } = verifyChainFindings.empty;
    return { subject, findings: [...lost, finding(code, message(name))] };
  }
  return {
    subject,
    findings: [
      ...lost,
      ...breakFindings(name, before, after, finding),
      ...unprovenRows(name, before, after, finding),
      ...disagreement(name, before, after, finding),
    ],
  };
}

function breakFindings(
  name: string,
  before: ChainObservation | null,
  after: ChainObservation,
  finding: MakeFinding,
): readonly Finding[] {
  if (breakTotal(after) === 0) return [];
  if (before && JSON.stringify(before.breaks) === JSON.stringify(after.breaks)) {
    const { code, message } = verifyChainFindings.brokenBefore;
    return [finding(code, message(name, showBreaks(after)))];
  }
  return Object.entries(after.breaks).flatMap(([kind, breaks]) => {
    if (!breaks) return [];
    const cut = kind === 'content-mismatch' && lostPrecision(before, after, breaks.total);
    const { code, message } = cut ? verifyChainFindings.precision : BY_KIND[kind as BreakKind];
    return [finding(code, message(name, breaks.total, `row ${breaks.first.position} (${breaks.first.key})`))];
  });
}

/** Rows without a hash are a loss when they had one before, and worth a warning anyway. */
function unprovenRows(
  name: string,
  before: ChainObservation | null,
  after: ChainObservation,
  finding: MakeFinding,
): readonly Finding[] {
  const { unchained, unformatted, gap, ambiguous } = verifyChainFindings;
  const findings: Finding[] = [];
  if (after.unchained > 0) {
    const severity = before?.unchained === after.unchained ? 'warning' : 'error';
    findings.push(
      finding(unchained.code, unchained.message(name, after.unchained, before?.unchained ?? null), severity),
    );
  }
  if (after.gaps > 0) {
    const severity = before?.gaps === after.gaps ? 'warning' : 'error';
    findings.push(finding(gap.code, gap.message(name, after.gaps, before?.gaps ?? null), severity));
  }
  if (after.unformatted > 0) findings.push(finding(unformatted.code, unformatted.message(name, after.unformatted)));
  const { rows: divisible, of } = after.ambiguous;
  if (divisible > 0) findings.push(finding(ambiguous.code, ambiguous.message(name, divisible, of), 'warning'));
  return findings;
}

/** All rows that do not fit have no microseconds, and as many fewer rows have any than before. */
function lostPrecision(before: ChainObservation | null, after: ChainObservation, mismatches: number): boolean {
  return before !== null && after.coarseMismatches === mismatches && before.fineRows - after.fineRows >= mismatches;
}

/** What each verifier covered, beside what they found. */
function verdicts(chain: ChainObservation): Subject['before'] {
  const { verifiers, own, rows } = chain;
  const { sql, independent, sampled } = verifiers;
  const since = sinceRows(chain);
  return {
    'first break': firstBreak(chain) === null ? null : showBreaks(chain),
    ...(sql === undefined ? {} : { 'rows by the server': sql.rows }),
    ...(independent === undefined ? {} : { 'rows recomputed outside': independent.rows }),
    ...(sampled === undefined
      ? {}
      : { 'rows recomputed outside': `${sampled.rows} of ${rows}, chosen by seed ${sampled.seed}` }),
    ...(since === undefined ? {} : { 'rows recomputed outside': since }),
    ...(own === undefined ? {} : { 'rows by its own function': ownRows(own) }),
  };
}

function ownRows({ asked, rows }: OwnVerdict): number | string | null {
  if (asked === false) return 'not asked';
  return rows === null ? null : Number(rows);
}
