import { describe, expect, it } from 'vitest';
import type { ChainField } from '@pgdrill/core';
import { oddColumns, oddTable } from '../../fixtures/odd-columns.ts';
import { testSession } from '../../fixtures/test-session.ts';
import { compileFormat, renderContext } from './compile-format.ts';
import { newReads } from './reads.ts';

/** The text of a row as the parts give it, and as it is when each column is read by itself. */
async function bothTexts(fields: readonly ChainField[], separator: string): Promise<readonly [string, string]> {
  const session = await testSession(oddTable);
  try {
    const reads = newReads();
    const render = compileFormat(
      { separator, fields },
      renderContext({ reads, typeOf: () => '', prevEncoding: 'hex' }),
    );
    const [joined] = await session.leader.query(`SELECT ${reads.list().join(', ')} FROM public.t`);
    const [raw] = await session.leader.query('SELECT * FROM public.t');
    const texts = fields.map((field) => ('column' in field ? (raw?.[field.column] ?? field.null ?? '') : 'h'));
    return [String(render(joined ?? {}, 'h')), texts.join(separator)];
  } finally {
    await session.close();
  }
}

describe('compileJoined', () => {
  const columns = Object.keys(oddColumns).map((column) => ({ column }));

  it.each(['|', '', `', '`])(
    'reads columns side by side as the very text that each of them has, joined by %j',
    async (separator) => {
      const [joined, apart] = await bothTexts(
        [
          { prev: true },
          ...columns,
          { prev: true },
          { column: 'none', null: `n'ull` },
          { column: 'pair', null: 'x' },
          ...columns,
        ],
        separator,
      );
      expect(joined).toBe(apart);
      expect(apart).toContain('sad');
    },
  );

  it('joins no more columns at once than a function can take', async () => {
    const many = Array.from({ length: 10 }, () => columns.map(({ column }) => ({ column, null: '-' }))).flat();
    const [joined, apart] = await bothTexts(many, ';');
    expect(joined).toBe(apart);
  });

  it('carries as few values as the format allows', () => {
    const reads = newReads();
    const timestamp = { digits: 6, suffix: 'Z' } as const;
    const typeOf = (column: string): string => (column === 'doc' ? 'jsonb' : 'text');
    compileFormat(
      {
        separator: '|',
        fields: [
          { prev: true },
          { column: 'a' },
          { column: 'b' },
          { column: 'doc' },
          { column: 'at', timestamp },
          { column: 'c' },
        ],
      },
      renderContext({ reads, typeOf, prevEncoding: 'hex' }),
    );
    expect(reads.list()).toEqual([
      `pg_catalog.concat(t."a", '|', t."b") AS f0`,
      `t."doc" AS f1`,
      `t."at" AS f2`,
      `t."c" AS f3`,
    ]);
  });
});
