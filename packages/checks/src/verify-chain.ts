import { defineCheck } from '@pgdrill/core';
import type { Check, Finding, Judgement, Subject } from '@pgdrill/core';
import { judgeChains } from './chain/judge-chains.ts';
import type { ChainPair } from './chain/judge-chains.ts';
import { breakTotal, firstBreak, misfitTotal } from './chain/observation.ts';
import type { BreakKind, ChainObservation, ChainsObservation, OwnVerdict } from './chain/observation.ts';
import { observeChains } from './chain/observe-chains.ts';
import { prepareChains } from './chain/prepare-chains.ts';

/** Every finding code of the check `verify-chain`, with its wording. */
export const verifyChainFindings = {
  missing: {
    code: 'verify-chain/chain-missing',
    message: (chain: string, side: string) => `The table of the chain ${chain} is not there ${side}.`,
  },
  empty: {
    code: 'verify-chain/empty-chain',
    message: (chain: string) =>
      `The chain ${chain} has no rows, so nothing is proven of it. If that is as it should be, say so: expect: { empty: true }.`,
  },
  brokenBefore: {
    code: 'verify-chain/broken-before',
    message: (chain: string, breaks: string) =>
      `The chain ${chain} was broken before the backup, and is the same after: ${breaks}. The restore did not do it.`,
  },
  precision: {
    code: 'verify-chain/precision-loss',
    message: (chain: string, rows: number, first: string) =>
      `${rows} rows of ${chain} do not fit their hash, the first ${first}, and none of them has a digit finer than a millisecond, while before more rows had: their timestamps were cut to milliseconds.`,
  },
  content: {
    code: 'verify-chain/content-mismatch',
    message: (chain: string, rows: number, first: string) =>
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain} do not fit their hash; the first: ${first}.`,
  },
  encoding: {
    code: 'verify-chain/encoding-drift',
    message: (chain: string, rows: number, first: string) =>
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain} would fit as text in another encoding, the first ${first}: the values are the same, and were hashed in the bytes of the encoding that the database had then.`,
  },
  json: {
    code: 'verify-chain/json-drift',
    message: (chain: string, rows: number, first: string) =>
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain} would fit with JSON written in another way, the first ${first}: spaces or the order of keys changed, not the values.`,
  },
  gap: {
    code: 'verify-chain/gap',
    message: (chain: string, gaps: number, before: number | null) =>
      `${gaps} ${gaps === 1 ? 'number is' : 'numbers are'} missing in ${chain}${before === null || before === gaps ? '' : `, before ${before}`}, which is to have no gap.`,
  },
  order: {
    code: 'verify-chain/order-ambiguous',
    message: (chain: string, rows: number) =>
      `In the declared order, ${rows} ${rows === 1 ? 'row comes' : 'rows come'} before the one that ${rows === 1 ? 'it follows' : 'they follow'}: ${chain} was verified by its links, and whoever goes by the order finds a break where there is none.`,
  },
  link: {
    code: 'verify-chain/link-mismatch',
    message: (chain: string, rows: number, first: string) =>
      `${chain} is broken in ${rows} ${rows === 1 ? 'place' : 'places'}: no row has the hash that the next one links to; the first: ${first}.`,
  },
  prefix: {
    code: 'verify-chain/prefix-missing',
    message: (chain: string, _rows: number, first: string) =>
      `The beginning of ${chain} is gone: the first row that is left, ${first}, links to one that is not there.`,
  },
  fork: {
    code: 'verify-chain/fork',
    message: (chain: string, rows: number, first: string) =>
      `${chain} forks in ${rows} ${rows === 1 ? 'place' : 'places'}: two rows link to the same one; the first: ${first}.`,
  },
  duplicate: {
    code: 'verify-chain/duplicate',
    message: (chain: string, rows: number, first: string) =>
      `${chain} holds ${rows} ${rows === 1 ? 'row' : 'rows'} twice; the first: ${first}.`,
  },
  unchained: {
    code: 'verify-chain/unchained-rows',
    message: (chain: string, rows: number, before: number | null) =>
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain} ${rows === 1 ? 'has' : 'have'} no hash${before === null || before === rows ? '' : `, before ${before}`}: nothing is proven of ${rows === 1 ? 'it' : 'them'}.`,
  },
  unformatted: {
    code: 'verify-chain/unverifiable-format',
    message: (chain: string, rows: number) =>
      `No format of the config is meant for ${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain}, so ${rows === 1 ? 'its hash was' : 'their hashes were'} not recomputed: give "format" one for them.`,
  },
  disagrees: {
    code: 'verify-chain/verifier-disagrees',
    message: (chain: string, who: string, theirs: string, ours: string) =>
      `${who} says of ${chain}: ${theirs}. Our recomputation says: ${ours}.`,
  },
} as const;

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
  judge: ({ before, after }): Judgement => judgeChains(before, after, judgeOne, verifyChainFindings.missing),
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
    actual: shown(after),
    message,
  });
  if (after.rows === 0 && !after.expectEmpty) {
    return { subject, findings: [finding(verifyChainFindings.empty.code, verifyChainFindings.empty.message(name))] };
  }
  return {
    subject,
    findings: [
      ...breakFindings(name, before, after, finding),
      ...unprovenRows(name, before, after, finding),
      ...disagreement(name, before, after, finding),
    ],
  };
}

type MakeFinding = (code: string, message: string, severity?: Finding['severity']) => Finding;

function breakFindings(
  name: string,
  before: ChainObservation | null,
  after: ChainObservation,
  finding: MakeFinding,
): readonly Finding[] {
  if (breakTotal(after) === 0) return [];
  if (before && JSON.stringify(before.breaks) === JSON.stringify(after.breaks)) {
    const { code, message } = verifyChainFindings.brokenBefore;
    return [finding(code, message(name, shown(after)))];
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
  const { unchained, unformatted, gap } = verifyChainFindings;
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
  return findings;
}

/** All rows that do not fit have no microseconds, and as many fewer rows have any than before. */
function lostPrecision(before: ChainObservation | null, after: ChainObservation, mismatches: number): boolean {
  return before !== null && after.coarseMismatches === mismatches && before.fineRows - after.fineRows >= mismatches;
}

function disagreement(
  name: string,
  before: ChainObservation | null,
  after: ChainObservation,
  finding: MakeFinding,
): readonly Finding[] {
  const { code, message } = verifyChainFindings.disagrees;
  const findings: Finding[] = [];
  const ours = `${shown(after)} in ${after.rows} rows`;
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
  const { sql, independent } = verifiers;
  if (!sql || !independent) return null;
  const misfits = misfitTotal(chain);
  // A row that no format is meant for fits none.
  const mismatches = misfits + unformatted;
  const links = breakTotal(chain) > misfits;
  const agrees = sql.rows === rows && sql.mismatches === mismatches && !(sql.whole && links);
  if (agrees) return null;
  return `${sql.whole ? 'no break' : `${sql.mismatches} rows that do not fit their hash`} in ${sql.rows} rows`;
}

/** What the database's own function says, where that is not what we found; null where both agree or there is none. */
function disagreeing(chain: ChainObservation): string | null {
  const { own, rows } = chain;
  if (!own || own.asked === false) return null;
  if (own.error !== undefined) return `nothing, since it could not be run (${own.error})`;
  const agrees = (own.firstBreak === null) === (breakTotal(chain) === 0) && own.rows === `${rows}`;
  return agrees ? null : `${own.firstBreak === null ? 'no break' : 'a break'} in ${own.rows} rows`;
}

/** What each verifier covered, beside what they found. */
function verdicts(chain: ChainObservation): Subject['before'] {
  const { verifiers, own, rows } = chain;
  const { sql, independent, sampled } = verifiers;
  return {
    'first break': firstBreak(chain) === null ? null : shown(chain),
    ...(sql === undefined ? {} : { 'rows by the server': sql.rows }),
    ...(independent === undefined ? {} : { 'rows recomputed outside': independent.rows }),
    ...(sampled === undefined
      ? {}
      : { 'rows recomputed outside': `${sampled.rows} of ${rows}, chosen by seed ${sampled.seed}` }),
    ...(own === undefined ? {} : { 'rows by its own function': ownRows(own) }),
  };
}

function ownRows({ asked, rows }: OwnVerdict): number | string | null {
  if (asked === false) return 'not asked';
  return rows === null ? null : Number(rows);
}

function shown(chain: ChainObservation): string {
  const first = firstBreak(chain);
  if (first === null) return 'no break';
  const total = breakTotal(chain);
  return `${total} ${total === 1 ? 'break' : 'breaks'}, first at row ${first.position} (${first.key})`;
}
