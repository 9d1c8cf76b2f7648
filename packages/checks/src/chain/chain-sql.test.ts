import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChainField, JoinedFormat, Row } from '@pgdrill/core';
import { columnValue, renderedText } from '../column-text.ts';
import { oddColumns, oddTable } from '../fixtures/odd-columns.ts';
import { testSession } from '../fixtures/test-session.ts';
import type { TestSession } from '../fixtures/test-session.ts';
import { rowFitsSql } from './chain-sql.ts';
import { wholeChain } from './whole-chain.ts';

let session: TestSession;
beforeAll(async () => {
  const sql = `${oddTable}; ALTER TABLE t ADD COLUMN nodoc jsonb, ADD COLUMN nopair twin, ADD COLUMN never timestamptz,
    ADD COLUMN at timestamptz DEFAULT '2024-02-29 23:59:59.120+00', ADD COLUMN always timestamp DEFAULT 'infinity', ADD COLUMN nobytes bytea`;
  session = await testSession(sql);
});
afterAll(() => session.close());

const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(oddColumns).map(([column, [type]]) => [column, type])),
  nodoc: 'jsonb',
  nopair: 'twin',
  never: 'timestamptz',
  at: 'timestamptz',
  always: 'timestamp',
  nobytes: 'bytea',
};
const timestamp = { digits: 6, suffix: 'Z' } as const;
const names = [...Object.keys(oddColumns), 'nodoc', 'nopair', 'nobytes'];
const columns: readonly ChainField[] = names.map((column) => ({ column }));

/** The text of a field by itself, from a row read by itself. */
function textOf(field: ChainField, row: Row): string | null {
  if ('text' in field) return field.text;
  if (!('column' in field)) return 'before';
  const value = row[field.column] ?? null;
  if (value === null) return field.null ?? null;
  if (field.timestamp && value !== 'infinity') return '2024-02-29T23:59:59.120000Z';
  return field.as === 'hex' ? value.slice(2) : value;
}

/** Does the server find that a row fits the hash of a text? Of text that others share, and of text that none does. */
async function fits(format: JoinedFormat, text: string): Promise<readonly unknown[]> {
  const hash = createHash('sha256').update(text).digest('hex');
  const chain = wholeChain({
    table: 't',
    hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
    prev: { column: 'prev', genesis: { hashed: '' } },
    format,
  });
  const found: unknown[] = [];
  for (const written of [columnValue, renderedText]) {
    const sql = rowFitsSql(chain, {
      typeOf: (column) => types[column] ?? '',
      textOf: (name) => written({ name }),
    });
    const rows = `(SELECT *, '${hash}'::text AS hash, 'before'::text AS prev FROM public.t) AS t`;
    const [row] = await session.leader.query(`SELECT (${sql})::text AS fits FROM ${rows}`);
    found.push(row?.['fits']);
  }
  return found;
}

describe('rowFitsSql', () => {
  const prev = { prev: true } as const;
  const replaced = names.map((column) => ({ column, null: `n'ull` }));
  const at = (column: string, rule = {}): ChainField => ({ column, timestamp, ...rule });
  const times = [at('at'), at('never'), at('always'), at('never', { null: 'x' })];
  const hex = [
    { column: 'bytes', as: 'hex' as const },
    { column: 'nobytes', as: 'hex' as const },
  ];

  it.each<readonly [string, readonly ChainField[]]>([
    ['columns of all kinds', [prev, ...columns, { text: 'v1' }]],
    ['NULL as a text', [...replaced, prev]],
    ['NULL as the empty text', names.map((column) => ({ column, null: '' }))],
    ['timestamps', [...times, ...columns, ...times]],
    ['bytes as hex', [...hex, prev, ...hex]],
    [
      'the same JSON twice',
      [{ column: 'doc' }, { column: 'nodoc' }, { column: 'doc' }, { column: 'nodoc', null: '-' }],
    ],
    ['as many as a function takes', Array.from({ length: 98 }, (_, n) => columns[n % columns.length] ?? prev)],
    [
      'more than fit as two arguments each',
      Array.from({ length: 60 }, (_, n) => replaced[n % replaced.length] ?? prev),
    ],
  ])('hashes the very text of %s, joined or not, with NULL left out or not', async (_, fields) => {
    const [row] = await session.leader.query('SELECT * FROM public.t');
    const texts = fields.map((field) => textOf(field, row ?? {}));
    const there = texts.filter((text) => text !== null);
    for (const separator of ['|', '', `', '`]) {
      const text = texts.map((each) => each ?? '').join(separator);
      expect([separator, await fits({ separator, fields }, text)]).toEqual([separator, ['true', 'true']]);
      expect(await fits({ separator, fields }, `${text}.`)).toEqual(['false', 'false']);
      const shorter = there.join(separator);
      expect([separator, await fits({ separator, fields, skipNull: true }, shorter)]).toEqual([
        separator,
        ['true', 'true'],
      ]);
    }
  });

  it('is not there for more fields than a function takes', () => {
    const fields = Array.from({ length: 99 }, () => prev);
    const chain = wholeChain({
      table: 't',
      hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
      prev: { column: 'prev', genesis: { hashed: '' } },
      format: { separator: '|', fields },
    });
    expect(rowFitsSql(chain, { typeOf: () => '', textOf: () => '' })).toBeNull();
  });
});
