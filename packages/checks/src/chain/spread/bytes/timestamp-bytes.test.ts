import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testSession } from '../../../fixtures/test-session.ts';
import type { TestSession } from '../../../fixtures/test-session.ts';
import { isFine, timestampText } from '../../format/timestamp-text.ts';
import { MOST_TIMESTAMP_BYTES, timestampBytes } from './timestamp-bytes.ts';

let session: TestSession;
beforeAll(async () => {
  session = await testSession();
});
afterAll(() => session.close());

/** Around where a day, a century, the exact numbers, the four digits of a year, and dates as such begin or end; and many at random. */
const VALUES = `
  SELECT v FROM unnest(ARRAY['0001-01-01 00:00:00', '0099-12-31 23:59:59.999999', '1582-10-10 12:00:00.1', '1714-01-01 00:00:00.000001', '1857-09-18 00:00:00.5',
    '1999-12-31 23:59:59.999999', '2000-01-01 00:00:00', '2000-02-29 24:00:00', '2100-03-01 00:00:00.010203', '2142-04-05 01:02:03.000004', '2285-06-06 00:00:00.000001',
    '9999-12-31 23:59:59.999999', '10000-01-01 00:00:00', '12024-05-06 07:08:09.1', '275000-01-01 00:00:00.000001']::timestamp[]) AS v
  UNION ALL SELECT timestamp '1900-01-01' + (g * 7919 % 1000003) * interval '1 h 0.000001 s' + (g % 100000) * interval '0.01 s' FROM generate_series(1, 3000) AS g`;

describe('timestampBytes', () => {
  it.each([
    [6, 'Z'],
    [3, '+00:00'],
    [0, ''],
    ['trimmed', ' ä'],
  ] as const)('with %s digits and %j: writes what is made of the text', async (digits, suffix) => {
    const texts = (await session.leader.query(`SELECT v FROM (${VALUES}) AS q ORDER BY v`)).map(({ v }) => v ?? '');
    const timestamp = timestampBytes(digits, suffix);
    const written: unknown[] = [];
    const rest = Buffer.alloc(MOST_TIMESTAMP_BYTES + 3 + Buffer.byteLength(suffix));
    await session.leader.visitBinary(`SELECT v FROM (${VALUES}) AS q ORDER BY v`, ({ bytes, starts }) => {
      const end = timestamp.write(bytes, starts[0] ?? -1, rest, 3);
      written.push([rest.toString('utf8', 3, end), timestamp.isFine()]);
    });
    expect(written.length).toBeGreaterThan(3000);
    expect(written).toEqual(texts.map((text) => [timestampText(text, digits, suffix), isFine(text)]));
  });

  it.each(['infinity', '-infinity', '0001-12-31 BC', '4713-01-01 BC', '294276-12-31 23:59:59.999999'])(
    'has no form for %s',
    async (value) => {
      const ends: number[] = [];
      await session.leader.visitBinary(`SELECT timestamptz '${value}' AS v`, ({ bytes, starts }) => {
        ends.push(timestampBytes(6, 'Z').write(bytes, starts[0] ?? -1, Buffer.alloc(99), 0));
      });
      expect(ends).toEqual([-1]);
    },
  );
});
