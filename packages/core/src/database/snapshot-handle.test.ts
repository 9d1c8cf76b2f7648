import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { DatabaseError } from '../errors.ts';
import type { DriverName } from './connection.ts';
import type { BindValue, DatabaseHandle, Row, SnapshotSession } from './handle.ts';
import { resolveConnection } from './resolve-connection.ts';
import { openSnapshot } from './snapshot.ts';

const rowCount = 25_000;

let database: TestDatabase;
const sessions: SnapshotSession[] = [];
beforeAll(async () => {
  database = await createTestDatabase({
    sql: `CREATE TABLE rows AS SELECT g AS id, 'row ' || g AS text, CASE WHEN g % 7 = 0 THEN NULL ELSE now() END AS at
            FROM generate_series(1, ${rowCount}) AS g;
          CREATE TABLE wide AS SELECT g AS id, repeat('x', CASE WHEN g % 2 = 0 THEN 200000 ELSE 10 END) AS body
            FROM generate_series(1, 120) AS g;
          CREATE TABLE empty (a int)`,
  });
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});
afterAll(async () => {
  await database.drop();
});

async function collect(walk: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of walk) {
    expect(batch.length).toBeGreaterThan(0);
    rows.push(...batch);
  }
  return rows;
}

const sqlstate = async (work: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DatabaseError);
  return (error as DatabaseError).sqlstate;
};

const idsFrom = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

describe.each(['pg', 'postgres'] as const satisfies readonly DriverName[])('handle over %s', (driver) => {
  async function leader(): Promise<DatabaseHandle> {
    const session = await openSnapshot({
      connection: resolveConnection(database.url, {}),
      driver,
      deadlineSeconds: 30,
    });
    sessions.push(session);
    return session.leader;
  }
  const openCursors = async (db: DatabaseHandle): Promise<readonly Row[]> =>
    await db.query("SELECT name FROM pg_catalog.pg_cursors WHERE name LIKE 'pgdrill%'");

  test.each<[string, BindValue, string | null]>([
    ['$1::text', `it's "quoted" \\ `, `it's "quoted" \\ `],
    ['$1::text', null, null],
    ['$1::int + 1', 41, '42'],
    ['$1::int8', 9_223_372_036_854_775_807n, '9223372036854775807'],
    ['$1::boolean', true, 't'],
    ['NOT $1', true, 'f'],
    ['$1::jsonb', '{"a": 1}', '{"a": 1}'],
    ['$1::json', '"text"', '"text"'],
    ['$1::bytea', String.raw`\x00ff`, String.raw`\x00ff`],
    ['$1::timestamptz', '2024-01-01 00:00:00.000001Z', '2024-01-01 00:00:00.000001+00'],
    ['$1::float8', Number.NaN, 'NaN'],
    [
      '$1::text[]',
      ['a', null, '', 'NULL', 'b"c', String.raw`d\e`, '{f,g}'],
      String.raw`{a,NULL,"","NULL","b\"c","d\\e","{f,g}"}`,
    ],
    ['$1::text[]', [], '{}'],
    ['$1::int[]', ['1', null], '{1,NULL}'],
    ["'b' = ANY ($1::text[])", ['a', 'b'], 't'],
  ])('query: %s takes a bind value (%#)', async (expression, value, expected) => {
    const db = await leader();
    expect(await db.query(`SELECT ${expression} AS v`, [value])).toEqual([{ v: expected }]);
  });

  test('query refuses columns that cannot be told apart, and names them', async () => {
    const db = await leader();
    await expect(db.query('SELECT 1 AS a, 2 AS b, 3 AS a')).rejects.toThrow('two columns named "a"');
    await expect(db.query('SELECT 1 AS "__proto__"')).rejects.toThrow('a column named "__proto__"');
    expect(await db.query('SELECT 1 AS a, 2 AS b')).toEqual([{ a: '1', b: '2' }]);
  });

  test('a failing query does not harm the ones after it, nor open walks', async () => {
    const db = await leader();
    const walk = db.walk('SELECT id FROM public.rows ORDER BY id', [], 50)[Symbol.asyncIterator]();
    const first = await walk.next();
    for (const [statement, expected] of [
      ['SELECT 1/0', '22012'],
      ['SELECT nope', '42703'],
      ['SELEKT', '42601'],
      ['SELECT * FROM rows', '42P01'],
      ['INSERT INTO public.rows VALUES (1)', '25006'],
    ] as const) {
      expect(await sqlstate(db.query(statement))).toBe(expected);
    }
    const second = await walk.next();
    await walk.return?.();
    expect([...(first.value as Row[]), ...(second.value as Row[])].map((row) => row['id'])).toEqual(idsFrom(1, 100));
    expect(await db.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  test('an error holds no bind value, no column value and no SQL', async () => {
    const db = await leader();
    const failing = [
      db.query('SELECT $1::int /* my comment */', ['top-secret']),
      db.query("SELECT CAST(text || ' top-secret' AS int) /* my comment */ FROM public.rows"),
      db.query("SELECT ('{' || $1)::jsonb /* my comment */", ['top-secret']),
      db.query("SELECT ('[1] top' || $1)::int[] /* my comment */", ['-secret"']),
    ];
    for (const error of await Promise.all(failing.map((each) => each.catch((reason: unknown) => reason)))) {
      expect(error).toBeInstanceOf(DatabaseError);
      const { message, sqlstate, stack } = error as DatabaseError;
      expect(sqlstate).toMatch(/^22/);
      expect(message).toContain(database.name);
      expect(JSON.stringify(error) + String(stack) + String((error as DatabaseError).cause)).not.toMatch(
        /secret|my comment/,
      );
    }
  });

  test('statements of one handle run one after another, in their order', async () => {
    const db = await leader();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        db.query('SELECT $1::int AS i, pg_catalog.pg_sleep(0.001)::text AS s', [index]),
      ),
    );
    expect(answers.map(([row]) => row?.['i'])).toEqual(idsFrom(0, 49));
  });

  test.each([1, 7, 100, 5_000, 1_000_000])(
    'walk in batches of at most %i yields every row once, in order',
    async (batchSize) => {
      const db = await leader();
      const size = batchSize === 1 ? 300 : rowCount;
      const [counted] = await db.query('SELECT count(*) AS n, sum(id) AS s FROM public.rows WHERE id <= $1', [size]);
      const walked: string[] = [];
      for await (const batch of db.walk('SELECT * FROM public.rows WHERE id <= $1 ORDER BY id', [size], batchSize)) {
        expect(batch.length).toBeLessThanOrEqual(batchSize);
        for (const row of batch) walked.push(row['id'] ?? '');
      }
      expect(String(walked.length)).toBe(counted?.['n']);
      expect(walked).toEqual(idsFrom(1, size));
      expect(await openCursors(db)).toEqual([]);
    },
  );

  test.each([0, 1, 99, 100, 101, 200])('walk over exactly %i rows in batches of 100 is complete', async (size) => {
    const db = await leader();
    const rows = await collect(db.walk('SELECT g AS id FROM pg_catalog.generate_series(1, $1::int) AS g', [size], 100));
    expect(rows.map((row) => row['id'])).toEqual(idsFrom(1, size));
  });

  test('walk over an empty table yields nothing', async () => {
    expect(await collect((await leader()).walk('SELECT * FROM public.empty'))).toEqual([]);
  });

  test('walk makes its batches smaller where rows are wide', async () => {
    const db = await leader();
    const sizes: number[] = [];
    let bytes = 0;
    for await (const batch of db.walk('SELECT * FROM public.wide ORDER BY id')) {
      sizes.push(batch.length);
      bytes += batch.reduce((sum, row) => sum + (row['body']?.length ?? 0), 0);
    }
    expect(bytes).toBe(60 * 200_000 + 60 * 10);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(120);
    // The first hundred rows came to 10 MB.
    expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(12);
  });

  test('leaving a walk early closes its cursor', async () => {
    const db = await leader();
    for await (const batch of db.walk('SELECT * FROM public.rows', [], 10)) {
      expect(batch).toHaveLength(10);
      expect(await openCursors(db)).toHaveLength(1);
      break;
    }
    expect(await openCursors(db)).toEqual([]);
    await expect(
      (async () => {
        for await (const _ of db.walk('SELECT * FROM public.rows', [], 10)) throw new Error('mine');
      })(),
    ).rejects.toThrow('mine');
    expect(await openCursors(db)).toEqual([]);
  });

  test('two walks and a query may interleave on one handle', async () => {
    const db = await leader();
    const [up, down] = await Promise.all([
      collect(db.walk('SELECT id FROM public.rows ORDER BY id', [], 1_000)),
      collect(db.walk('SELECT id FROM public.rows ORDER BY id DESC', [], 700)),
      db.query('SELECT count(*) AS n FROM public.rows'),
    ]);
    expect(up.map((row) => row['id'])).toEqual(idsFrom(1, rowCount));
    expect(down.map((row) => row['id'])).toEqual(idsFrom(1, rowCount).toReversed());
  });

  test('walk: an error in its first batch, in a later one, and in its text, with the handle usable after each', async () => {
    const db = await leader();
    const walkUntilError = (text: string): Promise<unknown> => collect(db.walk(text, [], 100));
    expect(await sqlstate(walkUntilError('SELECT 1/(id - 5) AS x FROM public.rows ORDER BY id'))).toBe('22012');
    expect(await sqlstate(walkUntilError('SELECT 1/(id - 5000) AS x FROM public.rows ORDER BY id'))).toBe('22012');
    expect(await sqlstate(walkUntilError('SELECT nope FROM public.rows'))).toBe('42703');
    expect(await sqlstate(walkUntilError('SELECT 1; COMMIT'))).toBe('42601');
    expect(await sqlstate(walkUntilError('DELETE FROM public.rows'))).toBe('42601');
    await expect(walkUntilError('SELECT 1 AS a, 2 AS a')).rejects.toThrow('two columns named "a"');
    expect(await openCursors(db)).toEqual([]);
    expect(await collect(db.walk('SELECT 1 AS a'))).toEqual([{ a: '1' }]);
  });

  test.each([0, -1, 1.5, Number.NaN])('walk refuses a batch size of %d', async (batchSize) => {
    const db = await leader();
    await expect(collect(db.walk('SELECT 1 AS a', [], batchSize))).rejects.toThrow(RangeError);
  });

  test('visit hands over every row of a large result, in order, and leaves no cursor', async () => {
    const db = await leader();
    const ids: (string | null | undefined)[] = [];
    const text = 'SELECT id FROM public.rows WHERE id <= $1 ORDER BY id';
    expect(await db.visit(text, ({ id }) => ids.push(id), [rowCount - 1])).toBe(rowCount - 1);
    expect(ids).toEqual(idsFrom(1, rowCount - 1));
    const values: Row[] = [];
    await db.visit('SELECT id, at FROM public.rows WHERE id = 7', (row) => values.push(row));
    expect(values).toEqual([{ id: '7', at: null }]);
    expect(await db.visit('SELECT * FROM public.empty', () => expect.unreachable())).toBe(0);
    expect(await openCursors(db)).toEqual([]);
  });

  test('visit throws what is thrown over a row, at once, and the handle goes on', async () => {
    const db = await leader();
    const mine = new Error('mine');
    let seen = 0;
    const endless = db.visit('SELECT pg_catalog.generate_series(1, 1000000000) AS g', () => {
      seen += 1;
      if (seen === 500) throw mine;
    });
    expect(await endless.catch((error: unknown) => error)).toBe(mine);
    expect(seen).toBe(500);
    expect(await db.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  test('a visit that fails tells the error of the server, and the handle goes on', async () => {
    const db = await leader();
    expect(await sqlstate(db.visit('SELECT 1 / (id - 20000) FROM public.rows', () => undefined))).toBe('22012');
    await expect(db.visit('SELECT 1 AS a, 2 AS a', () => undefined)).rejects.toThrow('two columns named "a"');
    await expect(db.visit('COMMIT', () => undefined)).rejects.toThrow('COMMIT');
    expect(await db.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  test('visitBinary hands over every row of a large result, as bytes', async () => {
    const db = await leader();
    const ids: number[] = [];
    const text = 'SELECT id FROM public.rows ORDER BY id -- all';
    const rows = await db.visitBinary(text, ({ bytes, starts }) => ids.push(bytes.readInt32BE(starts[0])));
    expect([rows, ids]).toEqual([rowCount, idsFrom(1, rowCount).map(Number)]);
    const values: (string | null)[] = [];
    const some = `SELECT 'ä' AS a, NULL::text AS b, '\\x00ff'::bytea AS c, timestamptz '2000-01-01 00:00:00.000001+00' AS d`;
    await db.visitBinary(some, ({ bytes, starts, ends }) => {
      for (const [column, start] of starts.entries())
        values.push(start < 0 ? null : bytes.toString('hex', start, ends[column]));
    });
    expect(values).toEqual(['c3a4', null, '00ff', '0000000000000001']);
    expect(await db.visitBinary('SELECT * FROM public.empty', () => expect.unreachable())).toBe(0);
    expect(await db.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  test('visitBinary throws what is thrown over a row, at once, and the error of the server, and the handle goes on', async () => {
    const db = await leader();
    const mine = new Error('mine');
    let seen = 0;
    const endless = db.visitBinary('SELECT pg_catalog.generate_series(1, 1000000000) AS g', () => {
      seen += 1;
      if (seen === 500) throw mine;
    });
    expect(await endless.catch((error: unknown) => error)).toBe(mine);
    expect(seen).toBe(500);
    // Far on, and with the first row.
    for (const text of [
      'SELECT 1 / (id - 20000) FROM public.rows',
      'SELECT 1 / (g - 1) FROM generate_series(1, 3) AS g',
    ])
      expect(await sqlstate(db.visitBinary(text, () => undefined))).toBe('22012');
    expect(await db.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  test('visitBinary over a session that is terminated ends with an error', async () => {
    const db = await leader();
    const other = await leader();
    const [row] = await db.query('SELECT pg_catalog.pg_backend_pid() AS pid');
    let ending: Promise<unknown> | undefined;
    const endless = db.visitBinary('SELECT pg_catalog.generate_series(1, 1000000000) AS g', () => {
      ending ??= other.query('SELECT pg_catalog.pg_terminate_backend($1::int)', [row?.['pid'] ?? '']);
    });
    // A server that waits for us to take more closes the connection without a word.
    expect(['57P01', null]).toContain(await sqlstate(endless));
    await ending;
  });

  test('visitBinary runs one query, and nothing that ends it', async () => {
    const db = await leader();
    const none = (): void => expect.unreachable();
    await expect(db.visitBinary('COMMIT', none)).rejects.toThrow('COMMIT');
    for (const text of ['SELECT 1) TO STDOUT; COMMIT; --', 'SELECT 1; COMMIT', "SELECT 1) TO '/tmp/x' --"])
      expect(await sqlstate(db.visitBinary(text, none))).toBe('42601');
    expect(await db.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });
});
