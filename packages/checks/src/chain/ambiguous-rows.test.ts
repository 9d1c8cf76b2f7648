import { describe, expect, it } from 'vitest';
import { judge, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, ChainFormat } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { testSession } from '../fixtures/test-session.ts';
import { countAmbiguous } from './ambiguous-rows.ts';
import { wholeChain } from './whole-chain.ts';
import { captureChains, chainChecks, chainsOf } from '../fixtures/capture-chains.ts';

/** Three rows, sealed as `text` says: an expression over the row `r`, and the previous hash as `link`. */
const sealed = (name: string, text: string): string => `
  CREATE TABLE ${name} (n int, who text, what varchar, at timestamptz, doc jsonb, id uuid, prev text, hash text);
  INSERT INTO ${name} SELECT n, CASE n WHEN 2 THEN 'a|b' ELSE 'ann' END, 'c', '2024-05-01', '{"k": "x|y"}', '00000000-0000-0000-0000-000000000000' FROM generate_series(1, 3) AS n;
  DO $$ DECLARE r ${name}; link text; own text; BEGIN FOR r IN SELECT * FROM ${name} ORDER BY n LOOP
    own := encode(sha256(convert_to(${text}, 'UTF8')), 'hex');
    UPDATE ${name} SET prev = link, hash = own WHERE n = r.n;
    link := own;
  END LOOP; END $$;`;

const prev = { prev: true } as const;
const [n, who, what, doc, id] = ['n', 'who', 'what', 'doc', 'id'].map((column) => ({ column })) as [
  { column: string },
  { column: string },
  { column: string },
  { column: string },
  { column: string },
];
const inner = (separator: string): ChainFormat => ({
  separator: '',
  fields: [prev, { digest: { algorithm: 'sha256', encoding: 'hex', of: { separator, fields: [who, what] } } }],
});
const JOINED = `concat_ws('|', coalesce(link, ''), r.who, r.what)`;
const UNJOINED = `concat(link, r.who, r.what)`;
const digestOf = (separator: string): string =>
  `concat(link, encode(sha256(convert_to(concat_ws('${separator}', r.who, r.what), 'UTF8')), 'hex'))`;

const CASES: readonly (readonly [what: string, text: string, format: ChainFormat, rows: number])[] = [
  ['two fields that can hold it, one of which does in a row', JOINED, { separator: '|', fields: [prev, who, what] }, 1],
  ['none that does', JOINED.replace("'|'", "';'"), { separator: ';', fields: [prev, who, what] }, 0],
  [
    'one that can',
    `concat_ws('|', coalesce(link, ''), r.n, r.who, r.id)`,
    { separator: '|', fields: [prev, n, who, id] },
    0,
  ],
  [
    'JSON, which tells by itself where it ends',
    `concat_ws('|', coalesce(link, ''), r.who, r.doc)`,
    { separator: '|', fields: [prev, who, doc] },
    0,
  ],
  [
    'a separator of two characters, half of it in either field',
    `concat_ws('bc', coalesce(link, ''), r.who, r.what)`,
    { separator: 'bc', fields: [prev, who, what] },
    0,
  ],
  ['a hash inside the hash', digestOf('|'), inner('|'), 1],
  ['a hash inside the hash, in which none does', digestOf(';'), inner(';'), 0],
  ['no separator between fields of any length', UNJOINED, { separator: '', fields: [prev, who, what] }, 3],
  [
    'no separator, and one field of any length',
    'concat(link, r.who, r.id)',
    { separator: '', fields: [prev, who, id] },
    0,
  ],
  [
    'a format that is meant for other rows',
    `CASE WHEN r.n = 2 THEN concat_ws(';', coalesce(link, ''), r.who, r.what) ELSE ${JOINED} END`,
    [
      { when: { column: 'n', is: '2' }, separator: ';', fields: [prev, who, what] },
      { when: { column: 'n', from: 3 }, separator: '|', fields: [prev, who, what] },
      { when: { column: 'n', below: 2 }, separator: '|', fields: [prev, who, what] },
    ] as unknown as ChainFormat,
    0,
  ],
];

describe('countAmbiguous', () => {
  it('counts the rows of which the fields could be divided in another way, and the check warns of no others', async () => {
    const database = await createTestDatabase({
      sql: CASES.map(([, text], index) => sealed(`t${index}`, text)).join('\n'),
    });
    try {
      const chains = CASES.map(([name, , format], index): ChainConfig => ({
        name,
        table: `t${index}`,
        order: ['n'],
        hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
        prev: { column: 'prev', genesis: { hashed: '' } },
        format,
      }));
      const manifest = await captureChains(resolveConnection(database.url, {}), { chains });
      const observed = chainsOf(manifest).map(({ name, rows, breaks, ambiguous }) => ({
        name,
        rows,
        breaks,
        ambiguous: ambiguous.rows,
      }));
      expect(observed).toEqual(CASES.map(([name, , , ambiguous]) => ({ name, rows: 3, breaks: {}, ambiguous })));
      const findings = judge(manifest, manifest, chainChecks).flatMap((check) => check.findings);
      expect(findings.map(({ subject, code, severity }) => [subject, code, severity])).toEqual(
        CASES.flatMap(([name, , , rows]) =>
          rows === 0 ? [] : [[name, 'verify-chain/delimiter-ambiguous', 'warning']],
        ),
      );
    } finally {
      await database.drop();
    }
  });

  it('looks at all rows of a short table, and of what is no table, and at some blocks of a long one', async () => {
    const session = await testSession(
      `CREATE TABLE many AS SELECT 'a|b' AS who, 'c' AS what, 'x' AS hash FROM generate_series(1, 20000)`,
    );
    try {
      const chain = wholeChain({
        table: 'public.many',
        order: ['n'],
        hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
        prev: { column: 'prev', genesis: { hashed: '' } },
        format: { separator: '|', fields: [prev, who, what] },
      });
      const types = new Map(['who', 'what', 'hash'].map((column) => [column, 'text']));
      const count = async (size: number | null): Promise<number> => {
        const { rows, of } = await countAmbiguous(session.leader, { chain, types }, 'public.many', size);
        expect(rows).toBe(of);
        return of;
      };
      expect([await count(200_000), await count(null)]).toEqual([20_000, 20_000]);
      // As if a tenth of it were to be looked at.
      const some = await count(200_001);
      expect(some).toBeGreaterThan(0);
      expect(some).toBeLessThan(10_000);
    } finally {
      await session.close();
    }
  });
});
