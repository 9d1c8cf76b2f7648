import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWritable, resolveConnection, type WritableConnection } from '@pgdrill/core';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { jsonbText, spelled, writtenText, type Document } from './jsonb-text.ts';

let database: TestDatabase;
let session: WritableConnection;

beforeAll(async () => {
  database = await createTestDatabase();
  session = await openWritable(resolveConnection(database.url, {}), 'pg');
});

afterAll(async () => {
  await session.close();
  await database.drop();
});

const documents: readonly (readonly [string, Document])[] = [
  ['keys by length, then by bytes', { bb: true, a: null, ccc: false, ab: '', é: 'two bytes', z: 'one', '': 'none' }],
  ['nested objects and lists', { list: [{ b: [], a: {} }, [], ['x', ['y']]], empty: {} }],
  [
    'spelled numbers',
    [spelled('1.10'), spelled('1e2', '100'), spelled('-2.50e-1', '-0.250'), spelled('12345678901234567890')],
  ],
  [
    'text that must be escaped',
    'quote " backslash \\ slash / newline \n return \r tab \t back \b feed \f bell \u0007 delete \u007f',
  ],
  ['text that must not', '’ “ é 李 🦊 \u2028 <&>'],
];

describe('jsonbText', () => {
  test.each(documents)('is what PostgreSQL makes of %s', async (_, document) => {
    const [row] = await session.query('SELECT $1::jsonb::text AS stored', [writtenText(document)]);
    expect(jsonbText(document)).toBe(row?.['stored']);
  });

  test('differs from what was written, where keys are out of order', () => {
    const document: Document = { longer: spelled('1e2', '100'), a: 'x' };
    expect(writtenText(document)).toBe('{"longer":1e2,"a":"x"}');
    expect(jsonbText(document)).toBe('{"a": "x", "longer": 100}');
  });
});
