import { describe, expect, it } from 'vitest';
import { judgeOrphans } from './judge-orphans.ts';
import type { ConstraintsObservation, Orphans } from './observation.ts';

const KEY = 'public.orders.of_customer';

const side = (orphans: Orphans | undefined, isThere = true): ConstraintsObservation => ({
  version: 170_000,
  kinds: { constraint: { objects: isThere ? { [KEY]: { facts: {}, of: 'public.orders' } } : {} } },
  relations: ['public.orders'],
  orphans: orphans === undefined ? {} : { [KEY]: orphans },
});

const LARGER: Orphans = { larger: true };
const UNCOUNTED = /^1 foreign key was not counted/;
const GROWN = /^Counted before and not after, since a table has grown/;

describe('judgeOrphans', () => {
  it.each<[string, Orphans | undefined, Orphans | undefined, readonly RegExp[], boolean]>([
    ['counted on both sides', { rows: '0' }, { rows: '0' }, [], false],
    ['too large on both sides', LARGER, LARGER, [UNCOUNTED], false],
    ['grown since', { rows: '0' }, LARGER, [UNCOUNTED, GROWN], false],
    ['shrunk since, and sound', LARGER, { rows: '0' }, [], false],
    ['large, and counted before alone', { rows: '0', larger: true }, LARGER, [UNCOUNTED], true],
    ['counted before, and not asked for after', { rows: '0' }, undefined, [], true],
    ['not asked for before', undefined, { rows: '0' }, [], false],
  ])('of a key %s', (_, had, has, notes, isUnverified) => {
    const judged = judgeOrphans(side(had), side(has));
    expect(judged.findings).toEqual([]);
    expect(judged.notes).toHaveLength(notes.length);
    for (const [at, note] of notes.entries()) expect(judged.notes[at]).toMatch(note);
    const unverified = judged.subjects.filter((subject) => subject.unverified !== undefined);
    expect(unverified.map(({ name }) => name)).toEqual(isUnverified ? [`constraint ${KEY}`] : []);
  });

  it('says nothing of a key that was counted and is gone, which is said of the constraint', () => {
    expect(judgeOrphans(side({ rows: '0' }), side(undefined, false)).subjects).toHaveLength(1);
  });

  it('finds rows of a key that was too large before, and does not say that there were none', () => {
    expect(judgeOrphans(side(LARGER), side({ rows: '2' })).findings).toMatchObject([
      { code: 'constraints/orphans', severity: 'error', expected: null, actual: '2' },
    ]);
  });
});
