import { describe, expect, it } from 'vitest';
import type { ChainObservation, Verifiers } from './chain/observation.ts';
import { breaksOf, codesOf, judgement, observedChain } from './fixtures/observed-chain.ts';
import { verifyChain } from './verify-chain.ts';

type Side = Partial<ChainObservation>;
const clean = { firstBreak: null, rows: '24' };

const bothSaw = (sql: Partial<NonNullable<Verifiers['sql']>>): Verifiers => ({
  sql: { rows: 24, mismatches: 0, whole: true, ...sql },
  independent: { rows: 24 },
});

const CASES: readonly (readonly [what: string, before: Side, after: Side, codes: readonly string[]])[] = [
  ['is the same', {}, {}, []],
  ['is the same by its own function too', { own: clean }, { own: clean }, []],
  ['has lost its tail, which its links do not show', {}, { rows: 19 }, []],
  ['has rows that do not fit', {}, { breaks: { 'content-mismatch': breaksOf(2) } }, ['error content-mismatch']],
  ['has broken links', {}, { breaks: { 'link-mismatch': breaksOf(1) } }, ['error link-mismatch']],
  ['has lost its beginning', {}, { breaks: { 'prefix-missing': breaksOf(1) } }, ['error prefix-missing']],
  ['forks', {}, { breaks: { fork: breaksOf(1) } }, ['error fork']],
  ['has rows twice', {}, { breaks: { duplicate: breaksOf(1) } }, ['error duplicate']],
  [
    'has breaks of two kinds',
    {},
    { breaks: { 'content-mismatch': breaksOf(1), 'link-mismatch': breaksOf(1) } },
    ['error content-mismatch', 'error link-mismatch'],
  ],
  [
    'lost microseconds in all rows that do not fit',
    {},
    { fineRows: 22, coarseMismatches: 2, breaks: { 'content-mismatch': breaksOf(2) } },
    ['error precision-loss'],
  ],
  [
    'lost microseconds in some of the rows that do not fit',
    {},
    { fineRows: 23, coarseMismatches: 1, breaks: { 'content-mismatch': breaksOf(2) } },
    ['error content-mismatch'],
  ],
  [
    'never had microseconds in a row that does not fit',
    { fineRows: 23 },
    { fineRows: 23, coarseMismatches: 1, breaks: { 'content-mismatch': breaksOf(1) } },
    ['error content-mismatch'],
  ],
  ['is empty', {}, { rows: 0 }, ['error empty-chain']],
  ['is empty on both sides', { rows: 0 }, { rows: 0 }, ['error empty-chain']],
  ['is empty as expected', { rows: 0, expectEmpty: true }, { rows: 0, expectEmpty: true }, []],
  ['is gone', {}, { missing: true }, ['error chain-missing']],
  ['was not in the source', { missing: true }, {}, ['error chain-missing']],
  [
    'was broken before in the same way',
    { breaks: { 'link-mismatch': breaksOf(1) } },
    { breaks: { 'link-mismatch': breaksOf(1) } },
    ['error broken-before'],
  ],
  [
    'was broken before in another way',
    { breaks: { 'link-mismatch': breaksOf(1) } },
    { breaks: { 'link-mismatch': breaksOf(2) } },
    ['error link-mismatch'],
  ],
  ['was broken before and is whole', { breaks: { 'link-mismatch': breaksOf(1) } }, {}, []],
  [
    'is broken, and its own function says that it is not',
    { own: clean },
    { breaks: { fork: breaksOf(1) }, own: clean },
    ['error fork', 'error verifier-disagrees'],
  ],
  [
    'is broken, and its own function says so',
    { own: clean },
    { breaks: { fork: breaksOf(1) }, own: { firstBreak: '9', rows: '24' } },
    ['error fork'],
  ],
  [
    'is whole, and its own function says that it is not',
    { own: clean },
    { own: { firstBreak: '9', rows: '24' } },
    ['error verifier-disagrees'],
  ],
  [
    'is whole, but its own function walked fewer rows',
    { own: clean },
    { own: { firstBreak: null, rows: '23' } },
    ['error verifier-disagrees'],
  ],
  [
    'has a function that cannot be run any more',
    { own: clean },
    { own: { firstBreak: null, rows: null, error: 'permission denied' } },
    ['error verifier-disagrees'],
  ],
  ['has no function any more', { own: clean }, {}, ['error verifier-disagrees']],
  [
    'has no function any more, which was not asked before',
    { own: { firstBreak: null, rows: null, asked: false } },
    {},
    ['error verifier-disagrees'],
  ],
  [
    'is whole by its own function, which was not asked before',
    { own: { firstBreak: null, rows: null, asked: false } },
    { own: clean },
    [],
  ],
  ['is whole by the server and outside', {}, { verifiers: bothSaw({}) }, []],
  [
    'does not fit by the server, and fits outside',
    {},
    { verifiers: bothSaw({ mismatches: 1, whole: false }) },
    ['error verifier-disagrees'],
  ],
  [
    'fits by the server, and does not outside',
    {},
    { breaks: { 'content-mismatch': breaksOf(1) }, verifiers: bothSaw({}) },
    ['error content-mismatch', 'error verifier-disagrees'],
  ],
  [
    'is one line by the server, and forks outside',
    {},
    { breaks: { fork: breaksOf(1) }, verifiers: bothSaw({}) },
    ['error fork', 'error verifier-disagrees'],
  ],
  [
    'does not fit by the server nor outside',
    {},
    { breaks: { 'content-mismatch': breaksOf(1) }, verifiers: bothSaw({ mismatches: 1, whole: false }) },
    ['error content-mismatch'],
  ],
  [
    'has a function that was as wrong before',
    { own: { firstBreak: '9', rows: '24' } },
    { own: { firstBreak: '9', rows: '24' } },
    ['warning verifier-disagrees'],
  ],
];

describe('verifyChain', () => {
  it.each(CASES)('of a chain that %s', (_, before, after, codes) => {
    expect(codesOf(judgement(verifyChain, [observedChain(before)], [observedChain(after)]))).toEqual(codes);
  });

  it('shows the first break of both sides, and that there is none, and what each verifier covered', () => {
    const broken = observedChain({
      breaks: { 'link-mismatch': breaksOf(2), 'content-mismatch': breaksOf(1) },
      verifiers: { sql: { rows: 24, mismatches: 1, whole: false }, independent: { rows: 24 } },
      own: { firstBreak: '9', rows: '8' },
    });
    const before = observedChain({
      verifiers: { sql: { rows: 24, mismatches: 0, whole: true }, sampled: { rows: 5, mismatches: 0, seed: 7 } },
      own: { firstBreak: null, rows: null, asked: false },
    });
    const { subjects } = judgement(verifyChain, [before], [broken]);
    expect(subjects).toEqual([
      {
        name: 'public.audit_events',
        before: {
          'first break': null,
          'rows by the server': 24,
          'rows recomputed outside': '5 of 24, chosen by seed 7',
          'rows by its own function': 'not asked',
        },
        after: {
          'first break': '3 breaks, first at row 9 (9)',
          'rows by the server': 24,
          'rows recomputed outside': 24,
          'rows by its own function': 8,
        },
      },
    ]);
  });

  it('says that a function that disagrees was not asked before', () => {
    const before = observedChain({ own: { firstBreak: null, rows: null, asked: false } });
    const [finding] = judgement(
      verifyChain,
      [before],
      [observedChain({ own: { firstBreak: '9', rows: '24' } })],
    ).findings;
    expect(finding).toMatchObject({ severity: 'error', code: 'verify-chain/verifier-disagrees' });
    expect(finding?.message).toContain('not asked before');
  });

  it('judges each chain by itself', () => {
    const other = observedChain({ name: 'other' });
    const broken = observedChain({ name: 'other', breaks: { fork: breaksOf(1) } });
    const { findings, subjects } = judgement(verifyChain, [observedChain(), other], [observedChain(), broken]);
    expect(findings.map(({ subject }) => subject)).toEqual(['other']);
    expect(subjects.map(({ name }) => name)).toEqual(['public.audit_events', 'other']);
  });

  it('takes a chain that was known by its columns, and is not any more, for missing', () => {
    const answer = judgement(verifyChain, [observedChain({ foundBy: 'preset' })], []);
    expect(codesOf(answer)).toEqual(['error chain-missing']);
    expect(answer.findings[0]?.message).toContain('not with the same columns');
    expect(answer.skipped).toBeUndefined();
  });

  it('is skipped, with the reason, when there is no chain on either side', () => {
    expect(judgement(verifyChain, [], []).skipped).toMatch(/names no chain/);
  });

  it('says that a chain was found by its columns, and only then', () => {
    const preset = observedChain({ foundBy: 'preset' });
    expect(judgement(verifyChain, [preset], [preset]).notes).toEqual([expect.stringContaining('preset audit-chain')]);
    expect(judgement(verifyChain, [observedChain()], [observedChain()]).notes).toEqual([]);
  });

  it('does not judge a chain that could not be read', () => {
    const unreadable = observedChain({ rows: 0, unreadable: 'permission denied' });
    for (const [before, after] of [
      [unreadable, observedChain()],
      [observedChain(), unreadable],
    ] as const) {
      const { findings, subjects } = judgement(verifyChain, [before], [after]);
      expect(findings).toEqual([]);
      expect(subjects[0]?.unverified).toMatch(/permission denied/);
    }
  });
});
