import { describe, expect, it } from 'vitest';
import type { ChainObservation } from './chain/observation.ts';
import { breaksOf, codesOf, judgement, observedChain } from './fixtures/observed-chain.ts';
import { headHash } from './head-hash.ts';

type Side = Partial<ChainObservation>;
const whole: Side = { sentinel: 'h24' };
/** Hashes of so many rows, other ones from the ninth row on. */
const sealedAnew = (rows: number): Side => ({
  rows,
  heads: [{ scope: '', rows, hash: `other${rows}`, key: `${rows}` }],
  checkpoints: {
    bits: 0,
    hashes: Array.from({ length: rows }, (_, row) => (row < 8 ? `h${row + 1}` : `other${row + 1}`)),
  },
});

const CASES: readonly (readonly [what: string, before: Side, after: Side, codes: readonly string[]])[] = [
  ['is the same', whole, whole, []],
  ['is the same, without a sentinel', {}, {}, []],
  ['lost a row in the middle', whole, { ...whole, counted: 23, breaks: { 'link-mismatch': breaksOf(1) } }, []],
  [
    'lost its tail, and not its sentinel',
    whole,
    { rows: 19, sentinel: 'h24' },
    ['error tail-missing', 'error sentinel-differs'],
  ],
  ['lost its tail, without a sentinel to tell by', {}, { rows: 19 }, ['error tail-missing']],
  ['is older, its sentinel too', whole, { rows: 19, sentinel: 'h19' }, ['error stale-backup']],
  [
    'lost its tail and is broken, although the sentinel agrees',
    whole,
    { rows: 19, sentinel: 'h19', breaks: { fork: breaksOf(1) } },
    ['error tail-missing'],
  ],
  ['was sealed anew', {}, sealedAnew(24), ['error head-resealed']],
  ['was sealed anew without a row', {}, sealedAnew(23), ['error head-resealed']],
  ['was sealed anew with a row more', {}, sealedAnew(25), ['error head-resealed']],
  ['has a row more', whole, { rows: 25, sentinel: 'h25' }, ['error head-differs']],
  [
    'is broken and ends elsewhere',
    {},
    { heads: [{ scope: '', rows: 24, hash: 'x', key: '24' }], breaks: { 'content-mismatch': breaksOf(1) } },
    ['error head-differs'],
  ],
  ['is empty, and its sentinel as well', whole, { rows: 0, sentinel: null }, ['error head-missing']],
  [
    'is empty, and its sentinel is not',
    whole,
    { rows: 0, sentinel: 'h24' },
    ['error head-missing', 'error sentinel-differs'],
  ],
  ['is gone', whole, { missing: true }, ['error chain-missing']],
  ['was not in the source', { missing: true }, whole, ['error chain-missing']],
  ['has another sentinel', whole, { sentinel: 'x' }, ['error sentinel-differs']],
  ['has an empty sentinel', whole, { sentinel: null }, ['error sentinel-differs']],
  ['had the same wrong sentinel before', { sentinel: 'x' }, { sentinel: 'x' }, ['error sentinel-differed-before']],
  ['had another wrong sentinel before', { sentinel: 'x' }, { sentinel: 'y' }, ['error sentinel-differs']],
  ['lost its sentinel', whole, {}, ['error sentinel-missing']],
];

describe('headHash', () => {
  it.each(CASES)('of a chain that %s', (_, before, after, codes) => {
    expect(codesOf(judgement(headHash, [observedChain(before)], [observedChain(after)]))).toEqual(codes);
  });

  it('shows the head of both sides, byte for byte, even when all is well', () => {
    const { subjects } = judgement(headHash, [observedChain()], [observedChain()]);
    expect(subjects).toEqual([{ name: 'public.audit_events', before: 'h24', after: 'h24' }]);
  });

  it('tells from which row on a chain was sealed anew', () => {
    const [finding] = judgement(headHash, [observedChain()], [observedChain(sealedAnew(24))]).findings;
    expect(finding).toMatchObject({ expected: 'h24', actual: 'other24' });
    expect(finding?.message).toContain('from row 9 on');
  });

  it.each<[string, Side, Side]>([
    ['is empty on both sides', { rows: 0 }, { rows: 0 }],
    ['has its sentinel on neither side', { sentinelMissing: true }, { sentinelMissing: true }],
    ['is named by the config and on neither side', { missing: true }, { missing: true }],
  ])('does not pass a chain that %s', (_, before, after) => {
    const { findings, subjects } = judgement(headHash, [observedChain(before)], [observedChain(after)]);
    expect(findings).toEqual([]);
    expect(subjects[0]?.unverified).toBeDefined();
  });

  it('passes a chain that is expected to be empty, and one that was not there before not at all', () => {
    const empty = observedChain({ rows: 0, expectEmpty: true });
    expect(judgement(headHash, [empty], [empty]).subjects).toEqual([
      { name: 'public.audit_events', before: 'empty', after: 'empty' },
    ]);
    expect(judgement(headHash, [], [observedChain()]).subjects[0]?.unverified).toMatch(/not there before/);
  });
});
