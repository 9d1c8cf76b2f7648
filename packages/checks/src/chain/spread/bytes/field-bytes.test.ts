import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChainField, JoinedFormat } from '@pgdrill/core';
import { oddColumns, oddTable } from '../../../fixtures/odd-columns.ts';
import { testSession } from '../../../fixtures/test-session.ts';
import type { TestSession } from '../../../fixtures/test-session.ts';
import { fieldBytes } from './field-bytes.ts';

const PREV = `'ab'`;
let session: TestSession;
beforeAll(async () => {
  session = await testSession(
    `${oddTable}; ALTER TABLE t ADD COLUMN long text DEFAULT repeat('ä', 9000), ADD COLUMN name varchar(9) DEFAULT 'n',
      ADD COLUMN at timestamptz DEFAULT '2024-02-29 23:59:59.120+00', ADD COLUMN never timestamp`,
  );
});
afterAll(() => session.close());

const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(oddColumns).map(([column, [type]]) => [column, type])),
  long: 'text',
  name: 'varchar',
  at: 'timestamptz',
  never: 'timestamp',
};

interface Put {
  readonly text: string;
  readonly fine: boolean;
  readonly columns: number;
}

/** What is put together of the row; null where the format is not for bytes. */
async function put(format: JoinedFormat, { isFirst = false, isBytes = false, prev = PREV } = {}): Promise<Put | null> {
  const select: string[] = [];
  const add = (sql: string): number => select.push(sql) - 1;
  const source = { column: add(isBytes ? `convert_to(${prev}, 'UTF8')` : `${prev}::text`), isBytes, genesis: 'START' };
  const fields = fieldBytes(format, { typeOf: (column) => types[column] ?? '', add, prev: source });
  if (fields === null) return null;
  const texts: (string | undefined)[] = [];
  await session.leader.visitBinary(`SELECT ${select.join(', ')} FROM public.t`, (row) => {
    texts.push(fields.put(row, isFirst)?.toString('utf8'));
  });
  const [text] = texts;
  return text === undefined ? null : { text, fine: fields.isFine(), columns: select.length };
}

/** The text that each column has by itself, joined. */
async function apart({ fields, separator }: JoinedFormat): Promise<string> {
  const [row] = await session.leader.query('SELECT * FROM public.t');
  const text = (field: ChainField): string => {
    if ('text' in field) return field.text;
    return 'column' in field ? (row?.[field.column] ?? field.null ?? '') : 'ab';
  };
  return fields.map(text).join(separator);
}

const columns = [...Object.keys(oddColumns), 'long', 'name'].map((column) => ({ column }));
const at = { column: 'at', timestamp: { digits: 6, suffix: 'Z' } } as const;
const prev = { prev: true } as const;

describe('fieldBytes', () => {
  it.each(['|', '', `, '`])('puts together the very text that each column has, joined by %j', async (separator) => {
    const text = { text: `fix'ed` };
    const mixed = [
      prev,
      ...columns,
      prev,
      text,
      { column: 'none', null: `n'ull` },
      { column: 'doc', null: '-' },
      { column: 'pair', null: 'x' },
      ...columns,
      text,
    ];
    for (const fields of [mixed, [...columns, prev], [text, prev, text], [prev, prev], [text]]) {
      const format = { separator, fields };
      expect((await put(format))?.text).toBe(await apart(format));
    }
  });

  it('joins no more columns at once than a function can take', async () => {
    const format = { separator: ';', fields: Array.from({ length: 15 }, () => columns).flat() };
    expect((await put(format))?.text).toBe(await apart(format));
  });

  it('has as few columns sent as the format allows', async () => {
    const fields = [prev, { column: 'plain' }, { column: 'doc' }, at, { column: 'name' }, { column: 'flag' }];
    expect((await put({ separator: '|', fields }))?.columns).toBe(4);
  });

  it.each<readonly [string, string, readonly ChainField[], boolean]>([
    ['between others', 'true|2024-02-29T23:59:59.120000Z|ab', [{ column: 'flag' }, at, prev], false],
    ['alone', '2024-02-29T23:59:59.120000Z', [at], false],
    ['that is NULL', '|2024-02-29T23:59:59.120000Z|', [{ ...at, column: 'never' }, at, { column: 'none' }], false],
  ])('writes a timestamp %s', async (_, text, fields) => {
    expect(await put({ separator: '|', fields })).toMatchObject({ text: text.replace('true', 't'), fine: false });
  });

  it('puts the genesis in the place of what the first row stores, and bytes as hex', async () => {
    const format = { separator: '|', fields: [{ column: 'flag' }, prev, { column: 'none' }] };
    expect((await put(format, { isFirst: true }))?.text).toBe('t|START|');
    expect((await put(format, { isBytes: true }))?.text).toBe('t|6162|');
    expect((await put(format, { prev: 'NULL' }))?.text).toBe('t||');
  });

  it.each<readonly [string, JoinedFormat]>([
    ['NULL left out', { separator: '|', skipNull: true, fields: columns }],
    ['JSON written anew', { separator: '|', fields: [{ column: 'doc', json: {} }] }],
    ['bytes', { separator: '|', fields: [{ column: 'bytes', as: 'bytes' }] }],
    ['an epoch', { separator: '|', fields: [{ column: 'at', epoch: 'seconds' }] }],
    ['the previous hash as bytes', { separator: '|', fields: [{ prev: true, as: 'bytes' }] }],
    ['a text for a timestamp that is NULL', { separator: '|', fields: [{ ...at, null: 'never' }] }],
    ['a timestamp of text', { separator: '|', fields: [{ ...at, column: 'plain' }] }],
  ])('leaves to a reader of texts: %s', async (_, format) => {
    expect(await put(format)).toBeNull();
  });
});
