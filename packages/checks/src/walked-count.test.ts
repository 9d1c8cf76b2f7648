import { describe, expect, it } from 'vitest';
import type { ChainObservation } from './chain/observation.ts';
import { codesOf, judgement, observedChain } from './fixtures/observed-chain.ts';
import { walkedCount } from './walked-count.ts';

type Side = Partial<ChainObservation>;

const CASES: readonly (readonly [what: string, before: Side, after: Side, codes: readonly string[]])[] = [
  ['met as many', {}, {}, []],
  ['met fewer', {}, { rows: 23 }, ['error differs']],
  ['met more', {}, { rows: 25 }, ['error differs']],
  ['met none', {}, { rows: 0 }, ['error differs']],
  ['met as many, of more that there are', {}, { counted: 25 }, ['error rows-unwalked']],
  ['met fewer than there are', {}, { rows: 23, counted: 24 }, ['error differs', 'error rows-unwalked']],
  ['found no table', {}, { missing: true }, ['error chain-missing']],
  ['found no table in the source', { missing: true }, {}, ['error chain-missing']],
];

describe('walkedCount', () => {
  it.each(CASES)('of a walk that %s', (_, before, after, codes) => {
    expect(codesOf(judgement(walkedCount, [observedChain(before)], [observedChain(after)]))).toEqual(codes);
  });

  it('shows the rows of both sides as numbers, even when all is well', () => {
    const name = 'public.audit_events';
    expect(judgement(walkedCount, [observedChain()], [observedChain()]).subjects).toEqual([
      { name, before: 24, after: 24 },
    ]);
    expect(judgement(walkedCount, [observedChain()], [observedChain({ rows: 23 })]).findings).toMatchObject([
      { subject: name, expected: 24, actual: 23 },
    ]);
  });

  it('does not pass a chain that is empty on both sides, unless that is expected', () => {
    const side = (expectEmpty: boolean): ChainObservation => observedChain({ rows: 0, expectEmpty });
    expect(judgement(walkedCount, [side(false)], [side(false)]).subjects[0]?.unverified).toMatch(/nothing was proven/);
    expect(judgement(walkedCount, [side(true)], [side(true)]).subjects[0]).not.toHaveProperty('unverified');
  });
});
