import { describe, expect, it } from 'vitest';
import { UsageError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import { partOfDay, refuseOtherSource, verifySince } from './since.ts';
import type { Since } from './since.ts';

const database = { systemIdentifier: '7', databaseOid: '16384', databaseName: 'app' };
const manifest = (more: Partial<Manifest> = {}): Manifest =>
  ({ connection: 'me@db/app', capturedAt: '2026-11-23T07:00:00.000Z', database, ...more }) as Manifest;
const since: Since = { manifest: manifest(), share: 30, day: '2026-11-24' };

describe('partOfDay', () => {
  it('gives each of the parts its turn, day after day, also over the end of a month', () => {
    const days = Array.from({ length: 30 }, (_, index) =>
      new Date(Date.UTC(2026, 10, 20 + index)).toISOString().slice(0, 10),
    );
    const parts = days.map((day) => partOfDay({ share: 30, day }));
    expect(parts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(partOfDay({ share: 30, day: '1970-01-01' })).toBe(1);
    expect(partOfDay({ share: 1, day: '2026-11-24' })).toBe(1);
  });
});

describe('refuseOtherSource', () => {
  it.each([
    ['the same', database],
    ['the same, of a server that does not say which it is', { ...database, systemIdentifier: null }],
  ])('lets %s database pass', (_, source) => {
    expect(() => refuseOtherSource(since, source)).not.toThrow();
    expect(() => refuseOtherSource(undefined, { ...source, databaseOid: '1' })).not.toThrow();
  });

  it.each([
    ['server', { ...database, systemIdentifier: '8' }],
    ['number', { ...database, systemIdentifier: null, databaseOid: '1' }],
    ['name', { ...database, systemIdentifier: null, databaseName: 'other' }],
  ])('refuses a database of another %s, and names both', (_, source) => {
    expect(() => refuseOtherSource(since, source)).toThrow(UsageError);
    expect(() => refuseOtherSource(since, source)).toThrow(/me@db\/app.*leave --since out/);
  });
});

describe('verifySince', () => {
  const went = (capturedAt: string): Manifest => manifest({ since: { capturedAt, share: 7, day: '2026-11-01' } });

  it('takes share and day from a manifest that went on from the same one', () => {
    expect(verifySince(since, [manifest(), went(since.manifest.capturedAt)])).toEqual({
      ...since,
      share: 7,
      day: '2026-11-01',
    });
  });

  it('keeps what is asked for beside any other manifest', () => {
    expect(verifySince(since, [manifest(), went('2026-11-22T07:00:00.000Z')])).toBe(since);
    expect(verifySince(undefined, [went(since.manifest.capturedAt)])).toBeUndefined();
  });
});
